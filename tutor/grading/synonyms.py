"""Words that students say for one another, in French, of any course: « vu » for « observé », « gros » for « grand ».

Written by hand and short on purpose: what an embedding of a whole sentence does not see. Left out: terms of one course.
"""

from __future__ import annotations

from functools import cache

from tutor.retrieval.lexical import fold, stem

_GROUPS = """
vu vue vus vues observé observer observée rencontré rencontrée rencontrer apparu apparaît
nul nulle zéro 0
augmente augmenter monte monter croît croître croissance grandit grossit hausse remonte élevé élevée haute haut
diminue diminuer baisse baisser descend descendre réduit réduire réduction chute basse bas faible moindre
simultané simultanée simultanément parallèle parallélisation ensemble coup
prédit prédire prédiction devine deviner complète compléter
sens signification signifie dire
mot mots terme élément éléments token
grand grande gros grosse énorme gigantesque taille
corpus texte textes données donnée
poids paramètre paramètres coefficient
erreur perte écart
répète répéter répétition recommence recommencer itération itérations époque époques refaire
précédent précédents avant antérieur passé devant
suivant suivante après suite prochain
supprime supprimer enlève enlever retire retirer efface effacer prend prendre
oublie oublier oubli perd perdre
choisit choisir sélectionner décide décider
utilise utiliser employer emploi utilisation usage
rapide rapidement vite accélère
invente inventer inventée faux fausse erroné
limite inconvénient défaut problème
loin lointain éloigné éloignés longue long distance longues
modifie modifier modification ajuste ajuster corrige corriger change changer actualise
compare comparer comparaison
regarde regarder lit lire lecture tient
direction sens façon
gauche droite bidirectionnel bidirectionnelle
écrit écrire génère générer génération produit produire rédige
comprendre comprend compréhension
capte capter saisit relie relier relié
pertinence pertinent utile important importants
voisin voisins autour contexte entourent
milieu central centre
probable vraisemblable
vérifie vérifier contrôle contrôler
source sources document documents référence
donne donner attribue attribuer reçoit recevoir
base dictionnaire dico
coupe couper découpe enlève
structure construction construite organisation organisent grammaire grammaticale
commun communs partage pareil
exemple exemples cas illustration
chance probabilité proba
évaluer évalue mesure mesurer noter
surpris surprise hésite hésiter
séquence séquences suite suites phrase phrases
"""


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().split("\n")):
        for word in line.split():
            found.setdefault(stem(fold(word)), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def mean_the_same(a: str, b: str) -> bool:
    """Say whether two stems stand in one line of the list.

    >>> mean_the_same(stem("vues"), stem("observees")), mean_the_same(stem("vues"), stem("corpus"))
    (True, False)
    """
    groups = _groups()
    return a in groups and b in groups and bool(groups[a] & groups[b])
