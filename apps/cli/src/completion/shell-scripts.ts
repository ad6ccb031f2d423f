export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * What a shell runs when somebody presses Tab: it asks `dripfleet complete -- WORD…`, whose last word is the one that is being
 * written. The answer is a candidate a line, its description after a tab; the line `:files` alone means names of files.
 */
export const shellScripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of dripfleet for bash: eval "$(dripfleet completion bash)"
_dripfleet() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  # Bash takes the = of --role=x for a word.
  [[ $current == '=' ]] && current=''
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    line="\${line%%$'\\t'*}"
    [[ $line == "$current"* ]] && COMPREPLY+=("$line")
  done < <(dripfleet complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _dripfleet dripfleet
`,
  zsh: `#compdef dripfleet
# Completion of dripfleet for zsh: source <(dripfleet completion zsh), or as a file _dripfleet in a folder of $fpath
_dripfleet() {
  local line
  local -a found
  for line in "\${(@f)$(dripfleet complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'dripfleet' found
}
if [[ \${funcstack[1]} == _dripfleet ]]; then
  _dripfleet "$@"
else
  compdef _dripfleet dripfleet
fi
`,
  fish: `# Completion of dripfleet for fish: dripfleet completion fish | source
function __dripfleet_complete
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -l found (dripfleet complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$found[1]" = ':files'
        __fish_complete_path "$current"
    else if set -q found[1]
        printf '%s\\n' $found
    end
end
complete -c dripfleet -f -a '(__dripfleet_complete)'
`,
};
