/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

enum { PAIR_PICTURE = 16, N_PAIRS = PAIR_PICTURE + GW_CANVAS_LEVELS * GW_CANVAS_LEVELS };

static struct {
    SCREEN *screen;
    bool has_colour, has_levels, is_utf8;
    struct termios before;
    char restore[256]; /* what puts the terminal right again, ready to be written by a handler */
    size_t n_restore;
} the;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS};
enum { N_DEADLY = sizeof deadly / sizeof *deadly };
static struct sigaction before[N_DEADLY]; /* the default, or a sanitizer's */

/* Only what may be called in a signal's handler. Then it goes the way that it would have gone. */
static void crash(int number)
{
    ssize_t ignored = write(STDOUT_FILENO, the.restore, the.n_restore);
    (void)ignored;
    tcsetattr(STDIN_FILENO, TCSANOW, &the.before);
    for (int k = 0; k < N_DEADLY; k++)
        if (deadly[k] == number)
            sigaction(number, &before[k], NULL);
    raise(number);
}

/* A capability without its padding ("$<5>"). */
static void restore_append(const char *name)
{
    const char *text = tigetstr(name);
    for (; text && text != (const char *)-1 && *text; text++) {
        if (text[0] == '$' && text[1] == '<' && strchr(text, '>'))
            text = strchr(text, '>');
        else if (the.n_restore < sizeof the.restore)
            the.restore[the.n_restore++] = *text;
    }
}

static void crash_prepare(void)
{
    static const char *const names[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
    const struct sigaction ours = {.sa_handler = crash, .sa_flags = (int)SA_NODEFER};
    the.n_restore = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        restore_append(names[k]);
    for (int k = 0; k < N_DEADLY; k++)
        sigaction(deadly[k], &ours, &before[k]);
}

static void crash_forget(void)
{
    for (int k = 0; k < N_DEADLY; k++)
        sigaction(deadly[k], &before[k], NULL);
}

/* No green: nothing here says that ground is fit to walk on. */
static void colours_prepare(void)
{
    const char *no_colour = getenv("NO_COLOR");
    the.has_colour = !(no_colour && *no_colour) && has_colors() && start_color() == OK;
    if (!the.has_colour)
        return;
    init_pair(1 + GW_STYLE_BLIND, COLOR_WHITE, COLOR_MAGENTA);
    init_pair(1 + GW_STYLE_DEGRADED, COLOR_BLACK, COLOR_YELLOW);
    init_pair(1 + GW_STYLE_SEARCHING, COLOR_WHITE, COLOR_BLUE);
    init_pair(1 + GW_STYLE_ALARM, COLOR_WHITE, COLOR_RED);
    init_pair(1 + GW_STYLE_MD, COLOR_CYAN, COLOR_BLACK);
    the.has_levels = the.is_utf8 && COLORS >= 256 && COLOR_PAIRS >= N_PAIRS;
    for (int pair = 0; the.has_levels && pair < GW_CANVAS_LEVELS * GW_CANVAS_LEVELS; pair++) {
        int upper = pair / GW_CANVAS_LEVELS, lower = pair % GW_CANVAS_LEVELS;
        /* 232..255: the 24 greys of a terminal with 256 colours */
        init_pair((short)(PAIR_PICTURE + pair), (short)(232 + upper * 23 / (GW_CANVAS_LEVELS - 1)),
                  (short)(232 + lower * 23 / (GW_CANVAS_LEVELS - 1)));
    }
}

gw_status gw_screen_open(gw_error *error)
{
    const char *terminal = getenv("TERM");
    setlocale(LC_CTYPE, "");
    the.is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    tcgetattr(STDIN_FILENO, &the.before);
    the.screen = newterm(NULL, stdout, stdin);
    if (!the.screen)
        return gw_error_set(error, GW_EINVAL, "the terminal TERM=%s is not known here",
                            terminal ? terminal : "");
    crash_prepare();
    colours_prepare();
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    set_escdelay(25);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    return GW_OK;
}

bool gw_screen_canvas(gw_canvas *canvas)
{
    int height, width;
    getmaxyx(stdscr, height, width);
    canvas->is_utf8 = the.is_utf8;
    canvas->has_levels = the.has_levels;
    return gw_canvas_reset(canvas, width, height);
}

/* Without colours: what is bad is reversed, and the words say which. */
static attr_t attributes_of(const gw_cell *cell, short *pair)
{
    bool has_pair = the.has_colour && (cell->style < GW_STYLE_PLAIN || cell->style == GW_STYLE_MD);
    *pair = has_pair ? (short)(1 + cell->style) : 0;
    switch ((gw_style)cell->style) {
    case GW_STYLE_BLIND:
    case GW_STYLE_ALARM:
    case GW_STYLE_SEARCHING:
        return A_BOLD | (the.has_colour ? 0 : A_REVERSE);
    case GW_STYLE_DEGRADED:
        return the.has_colour ? 0 : A_REVERSE;
    case GW_STYLE_TITLE:
    case GW_STYLE_SELECTED:
        return A_REVERSE | (cell->style == GW_STYLE_SELECTED ? A_BOLD : 0);
    case GW_STYLE_STRONG:
        return A_BOLD;
    case GW_STYLE_DIM:
        return A_DIM;
    case GW_STYLE_PICTURE:
        *pair =
            (short)(PAIR_PICTURE + cell->upper_lower[0] * GW_CANVAS_LEVELS + cell->upper_lower[1]);
        return 0;
    case GW_STYLE_PLAIN:
    case GW_STYLE_MD:
        break;
    }
    return 0;
}

/* What the terminal cannot show in one column is a question mark. */
static wchar_t character_of(uint32_t character)
{
    wchar_t c = (wchar_t)character;
    if (character < 0x80)
        return character < 0x20 || character == 0x7f ? L'?' : c;
    return the.is_utf8 && iswprint((wint_t)c) && wcwidth(c) == 1 ? c : L'?';
}

void gw_screen_show(const gw_canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++)
        for (int x = 0; x < canvas->width; x++) {
            const gw_cell *cell = &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
            short pair;
            attr_t attributes = attributes_of(cell, &pair);
            const wchar_t text[2] = {character_of(cell->character), 0};
            cchar_t out;
            setcchar(&out, text, attributes, pair, NULL);
            mvadd_wch(y, x, &out);
        }
    refresh();
}

bool gw_screen_key(gw_console_key *key)
{
    static const struct {
        int code;
        gw_console_key key;
    } known[] = {
        {KEY_UP, GW_CONSOLE_UP},       {'k', GW_CONSOLE_UP},      {KEY_DOWN, GW_CONSOLE_DOWN},
        {'j', GW_CONSOLE_DOWN},        {'m', GW_CONSOLE_MUTE},    {'a', GW_CONSOLE_ACKNOWLEDGE},
        {'A', GW_CONSOLE_ACKNOWLEDGE}, {'M', GW_CONSOLE_MUTE},    {'?', GW_CONSOLE_HELP},
        {'h', GW_CONSOLE_HELP},        {'q', GW_CONSOLE_QUIT},    {'Q', GW_CONSOLE_QUIT},
        {'p', GW_CONSOLE_PINPOINT},    {'P', GW_CONSOLE_PINPOINT}};
    int code = getch();
    if (code == ERR)
        return false;
    *key = GW_CONSOLE_OTHER;
    if (code == 12 || code == KEY_RESIZE) /* ctrl-L, and a new size: paint everything anew */
        clearok(stdscr, TRUE);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].code == code)
            *key = known[k].key;
    return true;
}

void gw_screen_close(void)
{
    if (!the.screen)
        return;
    endwin();
    crash_forget();
    delscreen(the.screen);
    the.screen = NULL;
}
