# Completion of voicectl for fish. Made from the declaration of its options by packaging/manual; do not edit.

function __fish_voicectl_words
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case --socket --instance --reason --for --role --users-file --password-file --room --name --revoke
                set skip yes
            case '-*'
            case '*'
                echo $word
        end
    end
end

function __fish_voicectl_command
    set -l words (__fish_voicectl_words)
    test (count $words) -gt 0
    and echo $words[1]
end

function __fish_voicectl_live
    set -l where
    set -l flag
    for word in (commandline -opc)[2..-1]
        if test -n "$flag"
            set where $flag $word
            set flag
            continue
        end
        switch $word
            case --socket --instance
                set flag $word
            case '--socket=*' '--instance=*'
                set where (string split -m 1 = -- $word)
        end
    end
    if test (count $where) -eq 2
        # Nothing is offered if the shell would do more with it than take off quotes.
        string match -q -r '[$(]' -- $where[2]
        and return
        set where[2] (string replace -r '^~/' "$HOME/" -- $where[2])
    end
    command $argv $where
end

complete -c voicectl -f
complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a status -d 'the state of the server'
complete -c voicectl -n 'contains -- status (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- status (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- status (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- status (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- status (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a list -d 'all participants'
complete -c voicectl -n 'contains -- list (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- list (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- list (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- list (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- list (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a watch -d 'status and list, live, four times a second (with --json: list only, one line each time)'
complete -c voicectl -n 'contains -- watch (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- watch (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- watch (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- watch (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- watch (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a stats -d 'every counter since the start'
complete -c voicectl -n 'contains -- stats (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- stats (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- stats (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- stats (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- stats (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a mute -d 'mute a participant'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l microphone -d 'others do not hear the participant'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l loudspeaker -d 'the participant hears nothing'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l here -d 'the server\'s own loudspeaker does not play the participant'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- mute (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a unmute -d 'undo mute'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l microphone -d 'others hear the participant again'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l loudspeaker -d 'the participant hears again'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l here -d 'the server\'s own loudspeaker plays the participant again'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- unmute (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a gain -d 'set how loud a participant is for all others'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- gain (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a kick -d 'disconnect a participant'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -l reason -x -d 'reason to give to the participant'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- kick (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a rooms -d 'all rooms'
complete -c voicectl -n 'contains -- rooms (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- rooms (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- rooms (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- rooms (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- rooms (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a move -d 'move a participant into another room'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'
complete -c voicectl -n 'contains -- move (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 2' -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a lock -d 'let nobody else into a room'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- lock (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a unlock -d 'let participants into a locked room again'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- unlock (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a close -d 'disconnect all participants of a room, and let nobody in until `open`'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -l reason -x -d 'reason to give to the participants'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- close (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a open -d 'let participants into a closed room again'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- open (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a ban -d 'disconnect peers, and refuse them from now on'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l for -x -d 'duration, such as 90s, 10m, 2h, 7d'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l reason -x -d 'reason to give to the participants'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l name -d 'ban a name even if it looks like an address or a number'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- ban (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a unban -d 'lift a ban'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- unban (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a '(__fish_voicectl_live voicectl complete --bans 2>/dev/null)'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a bans -d 'the bans in force'
complete -c voicectl -n 'contains -- bans (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- bans (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- bans (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- bans (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- bans (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a user -d 'change the accounts in the users file'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l role -x -a 'listener speaker operator' -d 'for add: what the account may do'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l users-file -r -F -d 'the users file'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l password-file -r -F -d 'for add and passwd: file whose first line is the password'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- user (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a 'add remove passwd list'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a invite -d 'make an invitation, and print it'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l for -x -d 'how long it is valid, such as 90s, 10m, 2h, 7d'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l room -x -a '(__fish_voicectl_live voicectl complete --rooms 2>/dev/null)' -d 'restrict it to this room'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l name -x -d 'the name of participants that join with it'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l listen-only -d 'participants that join with it only listen'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l once -d 'valid for one connection'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l revoke -x -d 'revoke an invitation instead, and disconnect participants that joined with it'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l list -d 'list the known invitations instead, including those used up or revoked'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- invite (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a drain -d 'refuse newcomers'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -l cancel -d 'end the drain: let newcomers in again'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- drain (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a reload -d 'read the configuration again'
complete -c voicectl -n 'contains -- reload (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- reload (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- reload (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- reload (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- reload (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a config -d 'every setting in force, and where it comes from'
complete -c voicectl -n 'contains -- config (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- config (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- config (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- config (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- config (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'

complete -c voicectl -n 'not __fish_voicectl_command >/dev/null' -a log-level -d 'change how much is logged, until the next reload'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command)' -s h -l help -d 'Print this help message and exit'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command)' -s V -l version -d 'print the version and exit'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command)' -l socket -r -F -d 'control socket of voiced (environment: VOICECTL_SOCKET)'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command)' -l instance -x -d 'talk to the service voiced@NAME'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command)' -l json -d 'print voiced\'s answer unchanged: one line of JSON'
complete -c voicectl -n 'contains -- log-level (__fish_voicectl_command); and test (count (__fish_voicectl_words)) -eq 1' -x -a 'trace debug info warn error off'
