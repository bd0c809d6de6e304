/** The completion of fish. */
import type { CommandWords, OptionWords } from './command-words.ts';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function fishScript(words: readonly CommandWords[]): string {
  const known = words.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  const lines = words.flatMap(({ path, commands, options, takesFiles }) => {
    const here = `complete -c headgate -n "__headgate_at ${quoted(path)}"`;
    return [
      ...commands.map(({ word, description }) => `${here} -a ${word} -d ${quoted(description)}`),
      ...options.map((option) => `${here} ${optionOf(option)}`),
      ...(takesFiles ? [`${here} -F`] : []),
    ];
  });
  return `# fish completion for headgate. Load it: headgate completion fish | source
function __headgate_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        contains -- "$at $word" ${known.join(' ')}; and set at "$at $word"
    end
    test "$at" = "$argv" -o "$at" = " $argv"
end
complete -c headgate -f
complete -c headgate -l help -s h -d 'explain it'
${lines.join('\n')}
`;
}

function optionOf({ flags, description, value }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  const takes =
    value === 'none' ? '' : value === 'file' ? ' -r -F' : value === 'other' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`;
  return `${names} -d ${quoted(description)}${takes}`;
}
