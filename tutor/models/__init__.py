"""Language models: llama.cpp in this process, an OpenAI-compatible server, a scripted one for tests.

``catalogue.open_model`` is the way in. Importing this package loads nothing heavy: llama.cpp and the HTTP
client are imported when a model is opened.
"""
