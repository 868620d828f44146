/** Each button gives the result that it names, as it was read, from inside the page. */
export function offerDownloads(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-result]")) {
    button.addEventListener("click", () => void download(button.dataset));
    button.hidden = false;
  }
}

async function download({ result = "", file = "" }: DOMStringMap): Promise<void> {
  const packed = document.getElementById(result)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await new Response(text).blob());
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}
