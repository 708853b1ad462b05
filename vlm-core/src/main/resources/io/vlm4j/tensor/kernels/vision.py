class PatchEmbedding:
  # Windows p x p, one every `stride` places, which is p unless they overlap: [B, C, H, W] -> [B, rows columns, D], row by row.
  weight : Tensor
  bias : Optional[Tensor]
  stride : int

  def __init__(self, weight: Tensor, bias: Optional[Tensor], stride: int) -> NoneType:
    self.weight = weight
    self.bias = bias
    self.stride = stride
    return None

  def forward(self, pixels: Tensor) -> Tensor:
    return torch.conv2d(pixels, self.weight, self.bias, [self.stride, self.stride]).flatten(2).transpose(1, 2)
