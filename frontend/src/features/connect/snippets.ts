/** What points each kind of client here. The variables are those of `headgate env`. Pure. */
import { type ClientEndpoint, environmentLines, environmentOf } from '@contract/client-environment.ts';

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** Where it goes. */
  readonly hint: string;
  readonly text: string;
}

/** Of every price list the model in the middle. */
const MODEL = 'claude-sonnet-5';

const inShell = (lines: readonly string[], run: string): string => [...lines, run].join('\n');

export const snippetsFor = (endpoint: ClientEndpoint): readonly Snippet[] => [
  { id: 'sh', label: 'sh', hint: 'bash, zsh and other shells', text: inShell(environmentLines('sh', endpoint), 'claude') },
  { id: 'fish', label: 'fish', hint: 'the fish shell', text: inShell(environmentLines('fish', endpoint), 'claude') },
  {
    id: 'powershell',
    label: 'PowerShell',
    hint: 'Windows, or pwsh',
    text: inShell(environmentLines('powershell', endpoint), 'claude'),
  },
  { id: 'cmd', label: 'cmd', hint: 'the Windows command prompt', text: inShell(environmentLines('cmd', endpoint), 'claude') },
  {
    id: 'settings',
    label: 'Claude Code settings',
    hint: '~/.claude/settings.json, for every session',
    text: JSON.stringify({ env: environmentOf(endpoint) }, null, 2),
  },
  { id: 'python', label: 'Python', hint: 'pip install anthropic', text: pythonOf(endpoint) },
  { id: 'typescript', label: 'TypeScript', hint: 'npm install @anthropic-ai/sdk', text: typescriptOf(endpoint) },
  { id: 'curl', label: 'curl', hint: 'one request', text: curlOf(endpoint) },
];

const pythonOf = ({ baseUrl, key }: ClientEndpoint): string => `from anthropic import Anthropic

client = Anthropic(base_url="${baseUrl}", api_key="${key}")
message = client.messages.create(
    model="${MODEL}",
    max_tokens=64,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content[0].text)`;

const typescriptOf = ({ baseUrl, key }: ClientEndpoint): string => `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: '${baseUrl}', apiKey: '${key}' });
const message = await client.messages.create({
  model: '${MODEL}',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(message.content);`;

const curlOf = ({ baseUrl, key }: ClientEndpoint): string => `curl ${baseUrl}/v1/messages \\
  -H "authorization: Bearer ${key}" \\
  -H "anthropic-version: 2023-06-01" \\
  -d '{"model":"${MODEL}","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}'`;
