"""The pages, in Gradio. They translate what the tutor does and decide nothing."""
