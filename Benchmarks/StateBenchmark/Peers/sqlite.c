/* Puts the events of a journal into SQLite, durably, so many to a transaction.
 *
 * Usage: sqlite DATABASE JOURNAL GROUP append|table
 *
 * WAL with synchronous=FULL: a transaction is on the disk when COMMIT returns, as an event of ferry is when it is recorded.
 * The bytes are those of ferry's journal, without its checksums: SQLite has its own. "append" adds a row an event, with no
 * index but the row's number: less than that no store in SQLite can do, and what the state is must be found out by reading
 * all. "table" has a row an import, with what it began with and its last event: then the state is there, as ferry has it in
 * memory. Neither checks whether a step follows from the one before. Statements are prepared once.
 */
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void check(sqlite3 *database, int result) {
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
    fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(database));
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 5 || atoi(arguments[3]) < 1) {
        fprintf(stderr, "usage: sqlite DATABASE JOURNAL GROUP append|table\n");
        return 64;
    }
    int hasTable = strcmp(arguments[4], "table") == 0;
    FILE *file = fopen(arguments[2], "rb");
    if (!file) return perror(arguments[2]), 1;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *journal = malloc(length + 1);
    if (!journal || fread(journal, 1, length, file) != (size_t)length) return perror("read"), 1;
    fclose(file);

    sqlite3 *database;
    check(NULL, sqlite3_open(arguments[1], &database));
    check(database, sqlite3_exec(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE events (number INTEGER PRIMARY KEY, event BLOB NOT NULL);"
        "CREATE TABLE imports (address TEXT PRIMARY KEY, began BLOB NOT NULL, last BLOB NOT NULL) WITHOUT ROWID;",
        NULL, NULL, NULL));
    sqlite3_stmt *insert;
    check(database, sqlite3_prepare_v2(database, hasTable
        ? "INSERT INTO imports (last, address, began) VALUES (?1, ?2, ?1) ON CONFLICT DO UPDATE SET last = ?1"
        : "INSERT INTO events (event) VALUES (?)", -1, &insert, NULL));

    int group = atoi(arguments[3]), waiting = 0;
    long events = 0, commits = 0;
    double clock = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
    /* The first line is the journal's header. */
    for (char *line = memchr(journal, '\n', length) + 1; line < journal + length;) {
        char *end = memchr(line, '\n', journal + length - line);
        if (!end) break;
        if (waiting == 0) check(database, sqlite3_exec(database, "BEGIN", NULL, NULL, NULL));
        check(database, sqlite3_bind_blob(insert, 1, line + 9, end - line - 9, SQLITE_STATIC));
        if (hasTable) {
            static const char key[] = "\"address\":\"";
            char *address = memmem(line, end - line, key, sizeof key - 1);
            if (!address) return fprintf(stderr, "an event has no address\n"), 1;
            address += sizeof key - 1;
            int length = (char *)memchr(address, '"', end - address) - address;
            check(database, sqlite3_bind_text(insert, 2, address, length, SQLITE_STATIC));
        }
        check(database, sqlite3_step(insert));
        check(database, sqlite3_reset(insert));
        events++;
        if (++waiting == group) {
            check(database, sqlite3_exec(database, "COMMIT", NULL, NULL, NULL));
            waiting = 0;
            commits++;
        }
        line = end + 1;
    }
    if (waiting > 0) check(database, sqlite3_exec(database, "COMMIT", NULL, NULL, NULL)), commits++;
    clock = seconds(CLOCK_MONOTONIC) - clock;
    processor = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor;
    /* The last checkpoint. */
    double closing = seconds(CLOCK_MONOTONIC);
    sqlite3_finalize(insert);
    check(database, sqlite3_close(database));
    closing = seconds(CLOCK_MONOTONIC) - closing;
    printf("{\"events\": %ld, \"syncs\": %ld, \"clock\": %f, \"processor\": %f, \"close\": %f}\n",
        events, commits, clock, processor, closing);
    return 0;
}
