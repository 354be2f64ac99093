# Whether the command has yet to come.
function __fish_inputkill_no_command
    string match -qr '^\S+( (-[gt]|--grace|--timeout) \S+| -[^-\s]+| --\S+)*$' \
        -- (commandline -opc | string join ' ')
end

complete -c inputkill -x -a '(__fish_complete_subcommand -g --grace -t --timeout)' -d Command
complete -c inputkill -n __fish_inputkill_no_command -s g -l grace -x -d 'Seconds between SIGTERM and SIGKILL'
complete -c inputkill -n __fish_inputkill_no_command -s t -l timeout -x -d 'End the command also when nothing was read for that long'
complete -c inputkill -n __fish_inputkill_no_command -s V -l version -d 'Print the version'
complete -c inputkill -n __fish_inputkill_no_command -s h -l help -d 'Print a summary of the options'
