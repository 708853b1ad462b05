class Norm:
  # Layer norm or RMS norm over the last dimension.
  rms : bool
  weight : Tensor
  bias : Optional[Tensor]
  eps : float

  def __init__(self, rms: bool, weight: Tensor, bias: Optional[Tensor], eps: float) -> NoneType:
    self.rms = rms
    self.weight = weight
    self.bias = bias
    self.eps = eps
    return None

  def forward(self, x: Tensor) -> Tensor:
    if self.rms:
      y = torch.rms_norm(x, [x.size(-1)], self.weight, self.eps)
    else:
      y = torch.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)
    return y

class Residual:
  # How a sublayer's output joins the stream: x + tanh(gate) * scale * y, then an optional norm (post-norm models).
  scale : Optional[Tensor]
  gate : Optional[Tensor]
  norm : Optional[__torch__.Norm]

  def __init__(self, scale: Optional[Tensor], gate: Optional[Tensor], norm: Optional[__torch__.Norm]) -> NoneType:
    self.scale = scale
    self.gate = gate
    self.norm = norm
    return None

  def forward(self, x: Tensor, y: Tensor) -> Tensor:
    scale = self.scale
    if scale is not None:
      y = y * scale
    gate = self.gate
    if gate is not None:
      y = y * torch.tanh(gate)
    z = x + y
    norm = self.norm
    if norm is not None:
      z = norm.forward(z)
    return z
