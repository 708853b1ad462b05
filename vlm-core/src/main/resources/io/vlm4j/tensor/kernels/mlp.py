def activate(x: Tensor, name: str) -> Tensor:
  if name == "silu":
    y = torch.silu(x)
  elif name == "gelu":
    y = torch.gelu(x)
  elif name == "gelu_tanh":
    y = torch.gelu(x, approximate="tanh")
  elif name == "quick_gelu":
    y = x * torch.sigmoid(x * 1.702)
  elif name == "relu":
    y = torch.relu(x)
  elif name == "relu_squared":
    y = torch.relu(x).square()
  elif name == "tanh":
    y = torch.tanh(x)
  else:
    y = x.clone()
  return y

class Mlp:
  # norm -> up (and gate) -> activation -> down -> residual
  norm : Optional[__torch__.Norm]
  up : __torch__.Linear
  down : __torch__.Linear
  residual : __torch__.Residual
  activation : str
  gated : bool

  def __init__(self, norm: Optional[__torch__.Norm], up: __torch__.Linear, down: __torch__.Linear, residual: __torch__.Residual, activation: str, gated: bool) -> NoneType:
    self.norm = norm
    self.up = up
    self.down = down
    self.residual = residual
    self.activation = activation
    self.gated = gated
    return None

  def forward(self, x: Tensor) -> Tensor:
    return self.residual.forward(x, self.branch(x))

  def parallel(self, x: Tensor, stream: Tensor) -> Tensor:
    # Computes from x and joins a stream that another sublayer of x has joined already.
    return self.residual.forward(stream, self.branch(x))

  def branch(self, x: Tensor) -> Tensor:
    h = x
    norm = self.norm
    if norm is not None:
      h = norm.forward(h)
    h = self.up.forward(h)
    if self.gated:
      # One product for both: the gate's rows stand first in `up`.
      gate, value = h.chunk(2, -1)
      h = __torch__.activate(gate, self.activation)
      if torch.is_grad_enabled():
        h = h * value
      else:
        h = h.mul_(value)
    else:
      h = __torch__.activate(h, self.activation)
    return self.down.forward(h)
