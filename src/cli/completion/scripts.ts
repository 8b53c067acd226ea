import type { shells } from "../flag-table.ts";

type Shell = (typeof shells)[number];

/** A script that completes `kubectl-why_pull` called by this name; behind kubectl, kubectl itself asks. */
export function completionScript(shell: Shell): string {
  // compinit takes a file of $fpath for a completion by its first line.
  const first = shell === "zsh" ? "#compdef kubectl-why_pull\n" : "";
  return `${first}# Completion of kubectl-why_pull for ${shell}.
# For 'kubectl why-pull' run once: kubectl why-pull completion install
${scripts[shell]}`;
}

/*
 * The protocol: lines of word, tab and description; then `:` and the sum of 2 no blank behind the word, 4 no file
 * names, 16 folders only, 32 keep the order.
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `__kubectl_why_pull_complete() {
  local line word directive=4 index
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  local joined=()
  # Readline cuts at "=" and ":", and so makes three words of --output=json.
  for ((index = 0; index < \${#words[@]}; index++)); do
    if [[ \${words[index]} == [=:] && \${#joined[@]} -gt 0 ]]; then
      joined[\${#joined[@]}-1]+="\${words[index]}\${words[index+1]}"
      index=$((index + 1))
    else
      joined+=("\${words[index]}")
    fi
  done
  local typed="\${COMP_WORDS[COMP_CWORD]}"
  [[ $typed == [=:] ]] && typed=""
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      directive="\${line#:}"
      continue
    fi
    word="\${line%%$'\\t'*}"
    [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
  done < <(kubectl-why_pull __complete "\${joined[@]}" 2>/dev/null)
  local IFS=$'\\n'
  if ((directive & 16)); then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$typed"))
  elif ((directive == 0)) && ((\${#COMPREPLY[@]} == 0)); then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$typed"))
  fi
  ((directive & 2)) && compopt -o nospace 2>/dev/null
  ((directive & 32)) && compopt -o nosort 2>/dev/null
  return 0
}
complete -F __kubectl_why_pull_complete kubectl-why_pull
`,
  zsh: `_kubectl_why_pull() {
  local -a lines described plain
  local line directive=4 prefix=""
  [[ \${words[CURRENT]} == -*=* ]] && prefix="\${words[CURRENT]%%=*}="
  lines=("\${(@f)$(kubectl-why_pull __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    if [[ $line == :* ]]; then
      directive="\${line#:}"
    elif [[ -n $line ]]; then
      plain+=("$prefix\${line%%$'\\t'*}")
      if [[ $line == *$'\\t'* ]]; then
        described+=("\${line%%$'\\t'*} -- \${line#*$'\\t'}")
      else
        described+=("$line")
      fi
    fi
  done
  if ((directive & 16)); then
    _files -/
  elif ((directive == 0 && \${#plain} == 0)); then
    _files
  else
    local -a options
    ((directive & 2)) && options+=(-S "")
    ((directive & 32)) && options+=(-V why-pull)
    compadd -l "\${options[@]}" -d described -a plain
  fi
}
if [[ $funcstack[1] == _kubectl_why_pull ]]; then
  _kubectl_why_pull "$@"
else
  compdef _kubectl_why_pull kubectl-why_pull
fi
`,
  fish: `function __kubectl_why_pull_complete
    set -l typed (commandline -ct)
    set -l before (commandline -opc)[2..-1]
    set -l prefix ""
    if string match -qr -- '^-.*=' "$typed"
        set prefix (string replace -r -- '=.*' '=' "$typed")
    end
    set -l directive 4
    set -l offered 0
    for line in (kubectl-why_pull __complete $before "$typed" 2>/dev/null)
        if string match -qr -- '^:[0-9]+$' "$line"
            set directive (string sub -s 2 -- "$line")
        else
            set offered 1
            echo -- "$prefix$line"
        end
    end
    if test $directive -eq 0 -a $offered -eq 0
        __fish_complete_path "$typed"
    else if test $directive -eq 16
        __fish_complete_directories "$typed"
    end
end
complete -c kubectl-why_pull -f -k -a '(__kubectl_why_pull_complete)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName 'kubectl-why_pull' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 |
        ForEach-Object { $_.Extent.Text })
    # Windows PowerShell drops an empty argument that is not quoted twice.
    $typed = $wordToComplete
    if ($typed -eq '' -and $PSVersionTable.PSVersion -lt [version]'7.3') { $typed = '""' }
    $prefix = ''
    if ($wordToComplete -match '^(-[^=]*=)') { $prefix = $Matches[1] }
    & kubectl-why_pull __complete @words $typed 2>$null |
        Where-Object { $_ -notmatch '^:\\d+$' } |
        ForEach-Object {
            $word, $description = $_ -split "\`t", 2
            if (-not $description) { $description = $word }
            [System.Management.Automation.CompletionResult]::new("$prefix$word", $word, 'ParameterValue', $description)
        }
}
`,
};
