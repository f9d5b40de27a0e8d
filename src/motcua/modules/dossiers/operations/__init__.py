"""The operations on a dossier, named as the law names them. Enter by `motcua.modules.dossiers.api`."""
