/*
 * What lies between a change and its line.  A watcher sleeps long, and finds
 * its pages cold: kept together, these functions are few of them.
 */
#ifndef LIB_HOT_H
#define LIB_HOT_H

#define HOT __attribute__((hot))

#endif
