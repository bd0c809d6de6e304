/** How a client is pointed at Headgate, for each shell: said alike by the command line and the dashboard. */

export interface ClientEndpoint {
  readonly baseUrl: string;
  readonly key: string;
}

/** What Claude Code and the Anthropic SDKs read. */
export const environmentOf = ({ baseUrl, key }: ClientEndpoint) => ({ ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_AUTH_TOKEN: key });

const lineIn = {
  sh: (name: string, value: string) => `export ${name}=${value}`,
  fish: (name: string, value: string) => `set -gx ${name} ${value}`,
  powershell: (name: string, value: string) => `$env:${name} = "${value}"`,
  cmd: (name: string, value: string) => `set ${name}=${value}`,
} as const;

export type Shell = keyof typeof lineIn;

export const SHELLS = Object.keys(lineIn) as readonly Shell[];

/** One line for each variable. The values hold nothing that a shell would take apart: an address, and a key of letters and digits. */
export const environmentLines = (shell: Shell, endpoint: ClientEndpoint): readonly string[] =>
  Object.entries(environmentOf(endpoint)).map(([name, value]) => lineIn[shell](name, value));
