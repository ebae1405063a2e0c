// A hall plan as text, read and written by the rules of the server; a cell is its kind and a booth's name.

export const BOOTH = "B";
export const POWERED = "P";
export const AISLE = ".";

export const isBooth = ({ kind }) => kind === BOOTH || kind === POWERED;
export const newCell = (kind = AISLE, name = "") => Object.freeze({ kind, name });

export function reader({ words, powered }) {
  const behind = new RegExp(`^${powered}$`, "i");
  const plain = (text) =>
    text
      .normalize("NFKC")
      .replace(/\ufe0f/g, "")
      .trim();
  const kindOf = (text) => (Object.hasOwn(words, text.toLowerCase()) ? words[text.toLowerCase()] : undefined);

  function readCell(text) {
    const shown = plain(text);
    if (!shown) return newCell();
    const kind = kindOf(shown);
    if (kind) return newCell(kind);
    const name = shown.match(behind)?.[1] ?? shown;
    const found = name === shown ? BOOTH : POWERED;
    return kindOf(name) === BOOTH ? newCell(found) : newCell(found, name);
  }

  const isOfCells = (line) => [...plain(line)].every(kindOf);

  function readRows(text) {
    const lines = text.replace(/\r\n?/g, "\n").split("\n");
    while (lines.length > 0 && !lines.at(-1).replace(/ /g, "")) lines.pop();
    while (lines.length > 0 && !lines[0].replace(/ /g, "")) lines.shift();
    const longer = lines.filter((line) => line.trim().length > 1);
    let split = (line) => [...line.trim()];
    if (text.includes("\t")) split = (line) => line.split("\t");
    else if (lines.some((line) => line.trim().includes(" "))) split = (line) => line.trim().split(/\s+/);
    else if (2 * longer.filter(isOfCells).length < longer.length) split = (line) => [line];
    const rows = lines.map((line) => split(line).map(readCell));
    const width = Math.max(1, ...rows.map((row) => row.length));
    for (const row of rows) while (row.length < width) row.push(newCell());
    return rows.length > 0 ? rows : [[newCell()]];
  }

  return { readRows, isName: (text) => text === "" || readCell(text).name === text };
}

const written = ({ kind, name }) => (name ? name + (kind === POWERED ? "+" : "") : kind);

export function writeRows(rows, gap) {
  const texts = rows.map((row) => row.map(written));
  if (gap === "\t") return texts.map((row) => row.join(gap)).join("\n");
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  return texts
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}
