"""How text is compared in any language: folds, sentences, terms and stems."""
