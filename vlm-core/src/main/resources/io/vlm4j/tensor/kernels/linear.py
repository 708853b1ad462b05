class Linear:
  # y = x W^T + b, computed by the kernel that was chosen when the weight was loaded.
  kernel : str
  weight : Tensor
  bias : Optional[Tensor]
  packed : Optional[__torch__.torch.classes.quantized.LinearPackedParamsBase]

  def __init__(self, kernel: str, weight: Tensor, bias: Optional[Tensor], packed: Optional[__torch__.torch.classes.quantized.LinearPackedParamsBase]) -> NoneType:
    self.kernel = kernel
    self.weight = weight
    self.bias = bias
    self.packed = packed
    return None

  def forward(self, x: Tensor) -> Tensor:
    kernel = self.kernel
    if kernel == "plain":
      y = torch.linear(x, self.weight, self.bias)
    elif kernel == "prepacked":
      y = ops.mkldnn._linear_pointwise(x, self.weight, self.bias, "none", [], None)
    elif kernel == "prepacked_bf16":
      y = ops.mkldnn._linear_pointwise(x.to(15), self.weight, self.bias, "none", [], None).to(6)
    elif kernel == "fp16":
      y = ops.quantized.linear_dynamic_fp16(x, unchecked_cast(__torch__.torch.classes.quantized.LinearPackedParamsBase, self.packed))
    else:
      y = self.integer(x)
    return y

  def integer(self, x: Tensor) -> Tensor:
    # x is what 8 bits hold of it and the rest, a product each; the weights come from memory once. Without VNNI the
    # sums of 8-bit products need terms of 7 bits.
    reduced = self.kernel == "int8_reduced"
    packed = unchecked_cast(__torch__.torch.classes.quantized.LinearPackedParamsBase, self.packed)
    rest = x - torch.quantize_per_tensor_dynamic(x, 13, reduced).dequantize()
    y = ops.quantized.linear_dynamic(x, packed, reduced).add_(ops.quantized.linear_dynamic(rest, packed, reduced))
    bias = self.bias
    if bias is not None:
      y = y.add_(bias)
    return y
