# Whether the command has yet to come.
function __fish_socketwatch_no_command
    string match -qr '^\S+( (-[gt]|--grace|--timeout) \S+| -[^-\s]+| --\S+)*$' \
        -- (commandline -opc | string join ' ')
end

complete -c socketwatch -x -a '(__fish_complete_subcommand -g --grace -t --timeout)' -d Command
complete -c socketwatch -n __fish_socketwatch_no_command -s g -l grace -x -d 'Seconds between SIGTERM and SIGKILL'
complete -c socketwatch -n __fish_socketwatch_no_command -s t -l timeout -x -d 'Time without data until the command is ended'
complete -c socketwatch -n __fish_socketwatch_no_command -s V -l version -d 'Print the version'
complete -c socketwatch -n __fish_socketwatch_no_command -s h -l help -d 'Print a summary of the options'
