# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion of groundwatch, groundwatchd and groundwatch-gate. Words come from each program's
# own --help, so that they are those of the version that is installed.
# shellcheck shell=bash

_groundwatch_commands() {
    "$1" --help 2>/dev/null | sed -n 's/^  \([a-z]\{2,\}\)  *[a-z].*/\1/p'
}

_groundwatch_options() {
    "$@" --help 2>/dev/null | grep -oE -- '(^|[^[:alnum:]-])--?[a-zA-Z][a-z-]*' |
        grep -oE -- '--?[a-zA-Z][a-z-]*' | sort -u
}

_groundwatch() {
    local program=$1 word=$2 words=
    COMPREPLY=()
    case ${program##*/} in
    groundwatch)
        if [ "$COMP_CWORD" -eq 1 ]; then
            words="$(_groundwatch_commands "$program") --help --version"
        elif [[ $word == -* ]]; then
            words="$(_groundwatch_options "$program" "${COMP_WORDS[1]}") --help"
        elif [ "$COMP_CWORD" -eq 2 ]; then
            case ${COMP_WORDS[1]} in
            ask) words="status mute unmute snapshot record stop" ;;
            calibrate) words="air null ball noise ground plate check show" ;;
            keys) words="create show allow list" ;;
            log) words=summary ;;
            esac
        fi
        ;;
    *) [[ $word != -* ]] || words=$(_groundwatch_options "$program") ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o bashdefault -o default -F _groundwatch groundwatch groundwatchd groundwatch-gate
