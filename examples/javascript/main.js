/** Answers cnnspec over standard input and output: node main.js */

import { createInterface } from "node:readline";

import { Program, ProtocolError } from "./protocol.js";

const program = new Program();

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = program.answer(line);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    console.error(`not a message of the protocol: ${error.message}`);
    process.exitCode = 1;
    break;
  }
  if (answer === null) break;
  process.stdout.write(`${answer}\n`);
}

process.stdin.destroy(); // else an open standard input keeps Node waiting
