/*
 * What lies between a change and its line.  A watcher sleeps long, and finds
 * its pages cold: kept together, these functions are few of them.  The linker
 * has a name for where they begin and where they end.
 */
#ifndef LIB_HOT_H
#define LIB_HOT_H

#define HOT __attribute__((hot, section("hot_text")))

extern const char hot_start[] __asm__("__start_hot_text") __attribute__((visibility("hidden")));
extern const char hot_end[] __asm__("__stop_hot_text") __attribute__((visibility("hidden")));

#endif
