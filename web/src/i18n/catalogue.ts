/** What another language must have: each key of the English one and no other. Checked by `satisfies`. */
export type WordsOf<Catalogue> = {
  readonly [Key in keyof Catalogue]: Catalogue[Key] extends string ? string : WordsOf<Catalogue[Key]>
}
