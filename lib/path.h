/* Paths as a user writes them.  What lies there is not looked at. */
#ifndef LIB_PATH_H
#define LIB_PATH_H

/*
 * The path without slashes at its end, made absolute.  The caller frees it;
 * ends the program when the current directory can't be told.
 */
char *path_absolute(const char *path);

/* What inner is below outer ("" for itself), both free of links; NULL when it lies elsewhere. */
const char *path_below(const char *inner, const char *outer);

/* A relative path without empty and "." parts; NULL when it has "..".  The caller frees it. */
char *path_tidy(const char *path);

#endif
