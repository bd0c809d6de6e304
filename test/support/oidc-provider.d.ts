/** The little of oidc-provider that the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  interface Context {
    readonly oidc: {
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
      readonly provider: Provider;
    };
  }
  export interface Configuration {
    readonly adapter: unknown;
    readonly jwks: { readonly keys: readonly object[] };
    readonly clients: readonly Readonly<Record<string, unknown>>[];
    readonly scopes: readonly string[];
    readonly rotateRefreshToken: boolean;
    readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
    readonly interactions: { readonly url: (context: Context, interaction: { readonly uid: string }) => string };
    readonly cookies: { readonly keys: readonly string[] };
    readonly ttl: Readonly<Record<string, number>>;
    issueRefreshToken(): Promise<boolean>;
    loadExistingGrant(context: Context): Promise<Grant>;
    findAccount(context: Context, id: string): { readonly accountId: string; claims(): Promise<{ readonly sub: string }> };
  }
  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    readonly Grant: new (of: {
      readonly accountId: string;
      readonly clientId: string;
    }) => Grant;
    callback(): (req: IncomingMessage, res: ServerResponse) => void;
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: { readonly login: { readonly accountId: string }; readonly consent: object },
    ): Promise<void>;
    on(event: string, listener: (...args: readonly unknown[]) => void): void;
  }
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  export function createMemoryAdapter(): unknown;
}
