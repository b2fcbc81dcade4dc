"""Words of German, French, Italian, Portuguese and Spanish that code is written in, in English.

Names are joined and in small letters here, accents as they are and without them.
"""

_WORDS = {
    # what is computed
    "convolution": "faltung falten konvolution faltungsschicht convolucion convolución"
    " convolucionar convoluer convoluzione convolvi convolucao convolução",
    "rectifier": "gleichrichter rectificador redresseur rettificatore retificador",
    "pooling": "buendeln bündeln buendelung bündelung agrupar agrupacion agrupación agrupamiento"
    " agrupamento raggruppamento souséchantillonnage sousechantillonnage",
    "max": "maximum maximo máximo maxima máxima massimo maximal",
    "average": "mittel mittelwert promedio moyenne moyen media médio",
    "fullyconnected": "vollverbunden vollvernetzt totalmenteconectada totalmenteconectado"
    " completamenteconectada entièrementconnectée entierementconnectee"
    " completamenteconnesso totalmenteconnesso",
    "dense": "dicht densa denso",
    "linear": "lineal linéaire lineaire lineare",
    "crossentropy": "kreuzentropie entropiacruzada entropíacruzada entropiecroisée"
    " entropiecroisee entropiaincrociata",
    "loss": "verlust perdida pérdida perte perdita perda",
    "derivative": "ableitung derivada dérivée derivee derivata",
    "forward": "vorwärts vorwaerts adelante avant avanti",
    "backward": "rückwärts rueckwaerts atras atrás arrière arriere indietro",
    "layer": "schicht capa couche strato camada",
    # of what
    "image": "bild imagen imagem immagine",
    "images": "bilder imagenes imágenes imagens immagini",
    "map": "karte mapa carte mappa",
    "maps": "karten mapas cartes mappe",
    "kernel": "kern noyau nucleo núcleo",
    "kernels": "kerne noyaux nucleos núcleos nuclei",
    "filter": "filtre filtro",
    "filters": "filtres filtros filtri",
    "bias": "versatz verschiebung sesgo sesgos biais distorsione vies viés",
    "weights": "gewichte gewicht poids pesos peso pesi",
    "input": "eingabe eingang entrada entrée entree ingresso",
    "inputs": "eingaben entradas entrées entrees ingressi",
    "scores": "punteggi puntajes puntuaciones punktzahlen",
    "probabilities": "wahrscheinlichkeiten probabilités probabilites probabilità probabilita"
    " probabilidades",
    "label": "klasse clase classe etiqueta étiquette etiquette etichetta",
    "labels": "klassen clases etiquetas étiquettes etiquettes etichette",
    # how
    "stride": "schritt schrittweite paso pas passo",
    "padding": "auffüllung auffuellung relleno remplissage preenchimento bordo",
    "size": "größe groesse tamaño tamano tamanho taille dimensione grandezza",
}

_ENGLISH = {foreign: word for word, others in _WORDS.items() for foreign in others.split()}


def in_english(name: str) -> str:
    """Return a name in English, where it is a word of another language."""
    return _ENGLISH.get(name, name)
