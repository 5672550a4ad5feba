/** About how many tokens a text has, as the server estimates it: four ASCII letters are one, any other letter is one. */
export function estimatedTokens(text: string): number {
  let [ascii, other] = [0, 0]
  for (const letter of text) {
    if (letter.charCodeAt(0) < 128) ascii += 1
    else other += 1
  }
  return Math.ceil(ascii / 4) + other
}
