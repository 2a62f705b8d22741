/**
 * SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016): two compressions of 64-byte blocks under one padding.
 *
 * Own code, for WebCrypto knows no SM3, hashes no streams and is absent outside secure contexts. What is hashed, and
 * why, is not known here.
 */

const BLOCK = 64;
const LENGTH_FIELD = 8;

const SHA256_START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const SHA256_ROUND = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const SM3_START = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];

const words = new Uint32Array(68);

const left = (x, n) => (x << n) | (x >>> (32 - n));
const right = (x, n) => (x >>> n) | (x << (32 - n));

function readBlock(bytes, at) {
  for (let i = 0; i < 16; i += 1, at += 4) {
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
}

function compressSha256(state, bytes, at) {
  readBlock(bytes, at);
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const sigma0 = right(x, 7) ^ right(x, 18) ^ (x >>> 3);
    const sigma1 = right(y, 17) ^ right(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + sigma0 + words[i - 7] + sigma1;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const sum1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
    const one = (h + sum1 + ((e & f) ^ (~e & g)) + SHA256_ROUND[i] + words[i]) | 0;
    const sum0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
    const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function compressSm3(state, bytes, at) {
  readBlock(bytes, at);
  for (let i = 16; i < 68; i += 1) {
    const x = words[i - 16] ^ words[i - 9] ^ left(words[i - 3], 15);
    words[i] = x ^ left(x, 15) ^ left(x, 23) ^ left(words[i - 13], 7) ^ words[i - 6];
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const early = i < 16;
    const turned = left(a, 12);
    const ss1 = left((turned + e + left(early ? 0x79cc4519 : 0x7a879d8a, i % 32)) | 0, 7);
    const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ turned) + (words[i] ^ words[i + 4])) | 0;
    const tt2 = (gg + h + ss1 + words[i]) | 0;
    d = c;
    c = left(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = left(f, 19);
    f = e;
    e = tt2 ^ left(tt2, 9) ^ left(tt2, 17);
  }
  state[0] ^= a;
  state[1] ^= b;
  state[2] ^= c;
  state[3] ^= d;
  state[4] ^= e;
  state[5] ^= f;
  state[6] ^= g;
  state[7] ^= h;
}

const KINDS = {
  sha256: { start: SHA256_START, compress: compressSha256 },
  sm3: { start: SM3_START, compress: compressSm3 },
};

/** A hash under way: feed it bytes, copy it where a beginning is shared, ask for the digest once. */
export class Hash {
  constructor(algorithm) {
    this.compress = KINDS[algorithm].compress;
    this.state = Uint32Array.from(KINDS[algorithm].start);
    this.rest = new Uint8Array(BLOCK);
    this.length = 0;
  }

  copy() {
    const other = Object.create(Hash.prototype);
    other.compress = this.compress;
    other.state = this.state.slice();
    other.rest = this.rest.slice();
    other.length = this.length;
    return other;
  }

  update(bytes) {
    let at = 0;
    const waiting = this.length % BLOCK;
    this.length += bytes.length;
    if (waiting) {
      at = Math.min(BLOCK - waiting, bytes.length);
      this.rest.set(bytes.subarray(0, at), waiting);
      if (waiting + at < BLOCK) {
        return this;
      }
      this.compress(this.state, this.rest, 0);
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) {
      this.compress(this.state, bytes, at);
    }
    this.rest.set(bytes.subarray(at));
    return this;
  }

  digest() {
    const length = this.length;
    const padding = new Uint8Array(BLOCK - ((length + LENGTH_FIELD) % BLOCK) + LENGTH_FIELD);
    const field = new DataView(padding.buffer, padding.length - LENGTH_FIELD);
    padding[0] = 0x80;
    field.setUint32(0, Math.floor(length / 2 ** 29));
    field.setUint32(4, (length * 8) % 2 ** 32);
    this.update(padding);
    const digest = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, i) => digest.setUint32(i * 4, word));
    return new Uint8Array(digest.buffer);
  }
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const encoder = new TextEncoder();
export const utf8 = (text) => encoder.encode(text);

/** H(text) in lower-case hex. */
export const digestOf = (algorithm, text) => hex(new Hash(algorithm).update(utf8(text)).digest());

/** H of printable lines, each ended by LF, their parts apart by TAB: what `printf` and `sha256sum` give. */
export const digestOfLines = (algorithm, lines) =>
  digestOf(algorithm, lines.map((line) => `${line.join("\t")}\n`).join(""));
