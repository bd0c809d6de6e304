/** What happened was against a law. The message names seed and step, which is all that is needed to see it again. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
}
