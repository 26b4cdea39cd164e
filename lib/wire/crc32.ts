/** CRC-32 of IEEE 802.3, as in zip and Ethernet: tells damage, not malice. Node has one of its own only from 20.15. */

const TABLE = new Int32Array(256).map((_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of bytes [start, end), unsigned; `before` is that of what stands before them. */
export function crc32(bytes: Uint8Array, start = 0, end: number = bytes.length, before = 0): number {
  let crc = ~before;
  for (let i = start; i < end; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
