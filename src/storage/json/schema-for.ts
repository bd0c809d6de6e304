/** Ties the schema of a stored record to the type that the program uses: when one changes without the other, this does not compile. */
import type { z } from 'zod';

/** The same type with every field required and writable, all the way down, so that a forgotten optional field shows. */
type Filled<T> = T extends readonly (infer Item)[]
  ? readonly Filled<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Filled<T[Key]> }
    : T;

type Covers<A, B> = [Filled<A>] extends [Filled<B>] ? ([Filled<B>] extends [Filled<A>] ? unknown : never) : never;

/** `schemaFor<Credential>()(z.object({…}))`: returns the schema as it is. */
export const schemaFor =
  <T>() =>
  <S extends z.ZodType<T>>(schema: S & Covers<z.output<S>, T>): z.ZodType<T> =>
    schema;
