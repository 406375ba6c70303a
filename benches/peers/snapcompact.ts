// Draws a text with `@oh-my-pi/snapcompact`, as black 5x8 cells, and writes the frames.
//
//     bun snapcompact.ts TEXT FOLDER [WIDTH HEIGHT]
//
// Prints `frames bytes seconds`, the seconds being those of the package's rendering calls alone: all
// frames at once, as its own `renderMany` does, which draws them on as many threads as there are. A
// short frame is drawn before the clock starts, so that its fonts are loaded.
//
// `renderMany` knows squares only. A frame is as high as its text needs, so 1568x728 is a square of 1568
// given 91 rows of text, cut here. The text is the package's own `normalize` of it: runs of white space
// become one blank, line breaks a black cell.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { normalize, render, SHAPE_VARIANTS, type Shape } from "@oh-my-pi/snapcompact";

const [text, folder, width = "1568", height = "728"] = process.argv.slice(2);
const shape = SHAPE_VARIANTS["5x8-bw"] as unknown as Shape;
const size = Math.max(Number(width), Number(height));
const capacity =
	Math.floor(Number(width) / shape.cellWidth) * Math.floor(Number(height) / shape.cellHeight);

const cells = [...normalize(readFileSync(text, "utf8"), { shape })];
const frames: string[] = [];
for (let at = 0; at < cells.length; at += capacity) {
	frames.push(cells.slice(at, at + capacity).join(""));
}
await render("warm", shape, size);

const start = performance.now();
const drawn = await Promise.all(frames.map(frame => render(frame, shape, size)));
const seconds = (performance.now() - start) / 1000;

mkdirSync(folder, { recursive: true });
let bytes = 0;
drawn.forEach((frame, number) => {
	const png = Buffer.from(frame.data, "base64");
	bytes += png.length;
	writeFileSync(join(folder, `frame-${String(number + 1).padStart(4, "0")}.png`), png);
});
console.log(`${drawn.length} ${bytes} ${seconds.toFixed(6)}`);
