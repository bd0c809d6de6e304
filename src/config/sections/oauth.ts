/** `oauth.*`: the authorization server that accounts log in at. */
import { z } from 'zod';
import { isPrivateEnough, webUrl } from '../network-values.ts';
import { choice, duration, optionalText, text } from '../setting.ts';

/** Codes and tokens travel to these URLs; a fragment is forbidden by RFC 6749 §3.1, §3.1.2 and §3.2. */
const endpoint = z.string().refine((value) => {
  const url = webUrl(value);
  return url !== undefined && isPrivateEnough(url) && !value.includes('#');
});

const ENDPOINT = 'an https URL without user and fragment (http only for a loopback host)';

export const oauth = {
  client_id: optionalText(z.string().regex(/^[\x21-\x7e]{1,256}$/), {
    allowed: '1 to 256 visible ASCII characters without spaces (a number in quotes)',
    defaultMeaning: 'OAuth accounts cannot be added',
    meaning: 'The OAuth client id that was issued to you.',
    why: 'Needed before the first OAuth account can be added; the dashboard asks for it.',
    atRunTime: true,
  }),
  authorize_url: text(endpoint, 'https://claude.ai/oauth/authorize', {
    allowed: ENDPOINT,
    meaning: 'Page where the owner of an account approves.',
    why: 'Only for another authorization server, such as the simulator.',
  }),
  token_url: text(endpoint, 'https://platform.claude.com/v1/oauth/token', {
    allowed: ENDPOINT,
    meaning: 'Endpoint where codes and refresh tokens are exchanged for tokens.',
    why: 'Only for another authorization server, such as the simulator.',
  }),
  redirect_uri: text(endpoint, 'https://platform.claude.com/oauth/code/callback', {
    allowed: ENDPOINT,
    meaning: 'Where the browser goes after approval: the page that shows the code to paste, or a URL of this server.',
    why: 'http://127.0.0.1:4000/oauth/callback returns by itself, if your client id permits it.',
  }),
  scope: text(
    z.string().regex(/^(?=.{1,512}$)[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/),
    'user:profile user:inference',
    {
      allowed: 'scope names separated by single spaces (RFC 6749 §3.3), at most 512 characters',
      meaning: 'What is asked for when an account is added.',
      why: 'Only when your client id was issued for other scopes.',
    },
  ),
  token_request_format: choice(['json', 'form'], 'json', {
    meaning: 'How requests to the token endpoint are written.',
    why: 'form for authorization servers that follow RFC 6749 to the letter.',
  }),
  timeout: duration('30s', {
    min: '1ms',
    max: '5m',
    meaning: 'Longest wait for the token endpoint.',
    why: 'Lengthen it on slow links. Requests that need the new token wait as long.',
  }),
} as const;
