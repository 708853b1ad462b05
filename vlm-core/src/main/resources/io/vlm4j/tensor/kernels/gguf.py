class Gguf:
  # Block formats of ggml: each function takes whole blocks as rows of bytes and returns float32 values, a row a block.
  # Arithmetic is in place on the new values, which are several times the size of the blocks.
  # Layouts: ggml/src/ggml-common.h (block_q4_0, block_q4_1, block_q8_0, block_q6_K) and ggml-quants.c (dequantize_row_*).
  def __init__(self) -> NoneType:
    return None

  def half(self, blocks: Tensor, offset: int) -> Tensor:
    return __torch__.reinterpret(blocks.narrow(1, offset, 2).contiguous(), 5, 2).to(6).unsqueeze(1)

  def nibbles(self, bytes: Tensor) -> Tensor:
    return torch.cat([bytes & 15, bytes >> 4], 1)

  def q4_0(self, blocks: Tensor) -> Tensor:
    # d fp16 | 16 bytes of nibbles; x = d * (q - 8)
    return self.nibbles(blocks.narrow(1, 2, 16)).to(6).sub_(8.).mul_(self.half(blocks, 0))

  def q4_1(self, blocks: Tensor) -> Tensor:
    # d fp16 | m fp16 | 16 bytes of nibbles; x = d * q + m
    return self.nibbles(blocks.narrow(1, 4, 16)).to(6).mul_(self.half(blocks, 0)).add_(self.half(blocks, 2))

  def q8_0(self, blocks: Tensor) -> Tensor:
    # d fp16 | 32 signed bytes; x = d * q
    return __torch__.reinterpret(blocks.narrow(1, 2, 32).contiguous(), 1, 1).view([blocks.size(0), 32]).to(6).mul_(self.half(blocks, 0))

  def q6_k(self, blocks: Tensor) -> Tensor:
    # 128 bytes of low nibbles | 64 bytes of high bit pairs | 16 signed scales | d fp16; x = d * scale * (q - 32)
    rows = blocks.size(0)
    low = blocks.narrow(1, 0, 128).view([rows, 2, 1, 64])
    low = torch.cat([low & 15, low >> 4], 2).view([rows, 2, 4, 32])
    high = blocks.narrow(1, 128, 64).view([rows, 2, 1, 32])
    high = torch.cat([high & 3, (high >> 2) & 3, (high >> 4) & 3, high >> 6], 2)
    values = (low | (high << 4)).to(6).sub_(32.)
    scales = __torch__.reinterpret(blocks.narrow(1, 192, 16).contiguous(), 1, 1).view([rows, 16]).to(6) * self.half(blocks, 208)
    return values.view([rows, 16, 16]).mul_(scales.view([rows, 16, 1])).view([rows, 256])
