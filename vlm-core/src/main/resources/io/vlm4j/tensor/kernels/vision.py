class PatchEmbedding:
  # A convolution whose stride is its kernel: [B, 3, H, W] -> [B, (H/p)(W/p), D], row by row.
  weight : Tensor
  bias : Optional[Tensor]

  def __init__(self, weight: Tensor, bias: Optional[Tensor]) -> NoneType:
    self.weight = weight
    self.bias = bias
    return None

  def forward(self, pixels: Tensor) -> Tensor:
    patch = [self.weight.size(2), self.weight.size(3)]
    return torch.conv2d(pixels, self.weight, self.bias, patch).flatten(2).transpose(1, 2)
