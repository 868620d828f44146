/** Writing systems of posts. Texts are made of these letters, not of words: what counts is the bytes. */
export interface Script {
  readonly name: string;
  /** Share of the people who write in it, relative to the others: an assumption. */
  readonly weight: number;
  /** UTF-8 bytes of every letter. */
  readonly bytesPerLetter: number;
  readonly letters: readonly string[];
  /** Letters in a word on average; 0: no spaces between words. */
  readonly wordLetters: number;
}

export const SCRIPTS: readonly Script[] = [
  script("Latin", 62, 1, "etaoinshrdlucmfwypvbgk", 5),
  script("Latin with accents", 8, 2, "éèáíóúñçãõüößåæø", 6),
  script("Cyrillic", 8, 2, "оеаинтсрвлкмдпуяыьгзбч", 6),
  script("Arabic", 7, 2, "اليمونرتبعدسفهكحق", 4),
  script("Devanagari", 6, 3, "करनसतहमपयलवजदगबटचअइउ", 4),
  script("Han", 6, 3, "的一是不了人我在有他这中大来上国个到说们", 0),
  script("Thai", 2, 3, "านรอกเงมยลวดทสตะปบคห", 0),
  script("Emoji", 1, 4, "😀😂🎉🌍🚀🐟🍀🎵🔥💧", 2),
];

function script(
  name: string,
  weight: number,
  bytesPerLetter: number,
  letters: string,
  wordLetters: number,
): Script {
  return { name, weight, bytesPerLetter, letters: [...letters], wordLetters };
}
