/** The completion of bash. */
import type { CommandWords } from './command-words.ts';

const branch = (patterns: readonly string[], body: string): string => `    ${patterns.join(' | ')}) ${body} ;;`;
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Works in bash 3.2, the one of macOS, too. */
export function bashScript(words: readonly CommandWords[]): string {
  const known = words.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  const values = words.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      if (value === 'none') return [];
      const patterns = flags.map((flag) => quoted(`${prefixed(path)} ${flag}`));
      return [branch(patterns, value === 'file' ? 'files=1' : value === 'other' ? 'return' : `words=${quoted(value.join(' '))}`)];
    }),
  );
  const places = words.map(({ path, commands, options, takesFiles }) => {
    const all = [...commands.map(({ word }) => word), ...options.flatMap(({ flags }) => flags), '--help'];
    return branch([quoted(prefixed(path))], `words=${quoted(all.join(' '))}${takesFiles ? '; files=1' : ''}`);
  });
  return `# bash completion for headgate. Load it: eval "$(headgate completion bash)"
_headgate() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' files='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
    ${known.join(' | ')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
${values.join('\n')}
    *)
      case "$path" in
${places.map((line) => `  ${line}`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur"))
    compopt -o filenames 2> /dev/null
  fi
}
complete -F _headgate headgate
`;
}

const prefixed = (path: string): string => (path === '' ? '' : ` ${path}`);
