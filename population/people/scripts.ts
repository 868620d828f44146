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
  script({
    name: "Latin",
    weight: 62,
    bytesPerLetter: 1,
    letters: "etaoinshrdlucmfwypvbgk",
    wordLetters: 5,
  }),
  script({
    name: "Latin with accents",
    weight: 8,
    bytesPerLetter: 2,
    letters: "éèáíóúñçãõüößåæø",
    wordLetters: 6,
  }),
  script({
    name: "Cyrillic",
    weight: 8,
    bytesPerLetter: 2,
    letters: "оеаинтсрвлкмдпуяыьгзбч",
    wordLetters: 6,
  }),
  script({
    name: "Arabic",
    weight: 7,
    bytesPerLetter: 2,
    letters: "اليمونرتبعدسفهكحق",
    wordLetters: 4,
  }),
  script({
    name: "Devanagari",
    weight: 6,
    bytesPerLetter: 3,
    letters: "करनसतहमपयलवजदगबटचअइउ",
    wordLetters: 4,
  }),
  script({
    name: "Han",
    weight: 6,
    bytesPerLetter: 3,
    letters: "的一是不了人我在有他这中大来上国个到说们",
    wordLetters: 0,
  }),
  script({
    name: "Thai",
    weight: 2,
    bytesPerLetter: 3,
    letters: "านรอกเงมยลวดทสตะปบคห",
    wordLetters: 0,
  }),
  script({
    name: "Emoji",
    weight: 1,
    bytesPerLetter: 4,
    letters: "😀😂🎉🌍🚀🐟🍀🎵🔥💧",
    wordLetters: 2,
  }),
];

function script({
  name,
  weight,
  bytesPerLetter,
  letters,
  wordLetters,
}: {
  readonly name: string;
  readonly weight: number;
  readonly bytesPerLetter: number;
  readonly letters: string;
  readonly wordLetters: number;
}): Script {
  return { name, weight, bytesPerLetter, letters: [...letters], wordLetters };
}
