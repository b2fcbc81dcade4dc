# -*- coding: utf-8 -*-
"""Rete convoluzionale da zero (tesina di quinta).

Le immagini sono (N, altezza, larghezza, canali), i filtri (altezza, larghezza, canali, numero).
"""
import numpy as np


def aggiungiBordo(immagini, bordo):
    return np.pad(immagini, ((0, 0), (bordo, bordo), (bordo, bordo), (0, 0)))


def convoluzione(immagini, filtri, distorsione, passo=1, bordo=0):
    immagini = aggiungiBordo(immagini, bordo)
    n, altezza, larghezza, _ = immagini.shape
    alt_filtro, larg_filtro, _, numero_filtri = filtri.shape
    alt_uscita = (altezza - alt_filtro) // passo + 1
    larg_uscita = (larghezza - larg_filtro) // passo + 1
    uscita = np.zeros((n, alt_uscita, larg_uscita, numero_filtri))
    for i in range(alt_uscita):
        for j in range(larg_uscita):
            finestra = immagini[:, i * passo:i * passo + alt_filtro, j * passo:j * passo + larg_filtro, :]
            uscita[:, i, j, :] = np.tensordot(finestra, filtri, axes=3)
    return uscita + distorsione


def maxPooling(immagini, dimensione=2, passo=2):
    n, altezza, larghezza, canali = immagini.shape
    alt_uscita = (altezza - dimensione) // passo + 1
    larg_uscita = (larghezza - dimensione) // passo + 1
    uscita = np.zeros((n, alt_uscita, larg_uscita, canali), dtype=immagini.dtype)
    for i in range(alt_uscita):
        for j in range(larg_uscita):
            finestra = immagini[:, i * passo:i * passo + dimensione, j * passo:j * passo + dimensione, :]
            uscita[:, i, j, :] = finestra.max(axis=(1, 2))
    return uscita


def strato_denso(ingresso, pesi, distorsione):
    return ingresso.dot(pesi) + distorsione


def relu(ingresso):
    return np.maximum(ingresso, 0)


def softmax(punteggi):
    esponenziali = np.exp(punteggi - punteggi.max(axis=1, keepdims=True))
    return esponenziali / esponenziali.sum(axis=1, keepdims=True)


def entropia_incrociata(probabilita, etichette):
    """Media sul batch; etichette sono numeri interi."""
    n = probabilita.shape[0]
    return -np.mean(np.log(probabilita[np.arange(n), etichette]))
