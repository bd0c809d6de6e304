/** The completion of zsh. */
import type { CommandWords, OptionWords } from './command-words.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** As `_describe` takes a word with its description. */
const described = (word: string, description: string): string => quoted(`${word.replaceAll(':', '\\:')}:${description}`);
const prefixed = (path: string): string => (path === '' ? '' : ` ${path}`);

export function zshScript(words: readonly CommandWords[]): string {
  const known = words.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  const values = words.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== 'none')
      .map((option) => `    ${patternsOf(path, option)}) ${completing(option)}; return ;;`),
  );
  const places = words.map(({ path, commands, options, takesFiles }) => {
    const all = [
      ...commands.map(({ word, description }) => described(word, description)),
      ...options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))),
      described('--help', 'explain it'),
    ];
    return `    ${quoted(prefixed(path))}) all=(${all.join(' ')})${takesFiles ? '; _files' : ''} ;;`;
  });
  return `#compdef headgate
# zsh completion for headgate. Load it: eval "$(headgate completion zsh)", behind compinit
_headgate() {
  local at='' i
  local -a all
  for ((i = 2; i < CURRENT; i++)); do
    case "$at $words[i]" in
    ${known.join(' | ')}) at="$at $words[i]" ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${values.join('\n')}
  esac
  case "$at" in
${places.join('\n')}
  esac
  _describe headgate all
}
compdef _headgate headgate
`;
}

const patternsOf = (path: string, { flags }: OptionWords): string =>
  flags.map((flag) => quoted(`${prefixed(path)} ${flag}`)).join(' | ');

const completing = ({ value }: OptionWords): string =>
  value === 'file' ? '_files' : typeof value === 'string' ? ':' : `compadd -- ${value.join(' ')}`;
