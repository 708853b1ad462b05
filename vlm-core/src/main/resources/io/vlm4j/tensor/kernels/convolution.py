def activate_scaled(x: Tensor, name: str, gain: float) -> Tensor:
  y = x
  if name != "identity":
    y = __torch__.activate(x, name)
  if gain != 1.:
    y = y * gain
  return y

class Convolution:
  # gain * activation(conv(x) + bias); batch norm or weight standardisation are in the weight already.
  weight : Tensor
  bias : Optional[Tensor]
  stride : int
  groups : int
  same : bool
  dilation : int
  activation : str
  gain : float

  def __init__(self, weight: Tensor, bias: Optional[Tensor], stride: int, groups: int, same: bool, dilation: int, activation: str, gain: float) -> NoneType:
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.groups = groups
    self.same = same
    self.dilation = dilation
    self.activation = activation
    self.gain = gain
    return None

  def forward(self, x: Tensor) -> Tensor:
    kernel = self.weight.size(2)
    padding = kernel // 2 * self.dilation
    if self.same:
      x = self.pad(x, kernel)
      padding = 0
    y = torch.conv2d(x, self.weight, self.bias, [self.stride, self.stride], [padding, padding], [self.dilation, self.dilation], self.groups)
    return __torch__.activate_scaled(y, self.activation, self.gain)

  def pad(self, x: Tensor, kernel: int) -> Tensor:
    # TensorFlow's "same": as many outputs as strides begin in the input; an odd row of zeros goes below.
    rows = self.missing(x.size(2), kernel)
    columns = self.missing(x.size(3), kernel)
    return torch.constant_pad_nd(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2], 0)

  def missing(self, length: int, kernel: int) -> int:
    starts = (length + self.stride - 1) // self.stride
    missing = (starts - 1) * self.stride + kernel - length
    if missing < 0:
      missing = 0
    return missing

class ResidualBlock:
  # activation(conv3(pool(conv2(conv1(x)))) + shortcut(pool(x))); a basic block has no conv3, most blocks do not pool.
  conv1 : __torch__.Convolution
  conv2 : __torch__.Convolution
  pool : int
  conv3 : Optional[__torch__.Convolution]
  shortcut_pool : int
  shortcut_ceil : bool
  shortcut : Optional[__torch__.Convolution]
  activation : str

  def __init__(self, conv1: __torch__.Convolution, conv2: __torch__.Convolution, pool: int, conv3: Optional[__torch__.Convolution], shortcut_pool: int, shortcut_ceil: bool, shortcut: Optional[__torch__.Convolution], activation: str) -> NoneType:
    self.conv1 = conv1
    self.conv2 = conv2
    self.pool = pool
    self.conv3 = conv3
    self.shortcut_pool = shortcut_pool
    self.shortcut_ceil = shortcut_ceil
    self.shortcut = shortcut
    self.activation = activation
    return None

  def forward(self, x: Tensor) -> Tensor:
    y = self.conv2.forward(self.conv1.forward(x))
    if self.pool > 1:
      y = torch.avg_pool2d(y, [self.pool, self.pool], [self.pool, self.pool])
    conv3 = self.conv3
    if conv3 is not None:
      y = conv3.forward(y)
    if self.shortcut_pool > 1:
      x = torch.avg_pool2d(x, [self.shortcut_pool, self.shortcut_pool], [self.shortcut_pool, self.shortcut_pool], [0, 0], self.shortcut_ceil, False)
    shortcut = self.shortcut
    if shortcut is not None:
      x = shortcut.forward(x)
    return __torch__.activate(y.add_(x), self.activation)

class ChannelGate:
  # x * sigmoid(g), one g a channel from the means of all channels: squeeze and excitation, or a convolution over neighbours (ECA).
  squeeze : Optional[__torch__.Convolution]
  excite : Optional[__torch__.Convolution]
  neighbours : Optional[Tensor]

  def __init__(self, squeeze: Optional[__torch__.Convolution], excite: Optional[__torch__.Convolution], neighbours: Optional[Tensor]) -> NoneType:
    self.squeeze = squeeze
    self.excite = excite
    self.neighbours = neighbours
    return None

  def forward(self, x: Tensor) -> Tensor:
    g = torch.mean(x, [2, 3], True)
    squeeze = self.squeeze
    if squeeze is not None:
      g = squeeze.forward(g)
    excite = self.excite
    if excite is not None:
      g = excite.forward(g)
    neighbours = self.neighbours
    if neighbours is not None:
      row = g.view([x.size(0), 1, x.size(1)])
      g = torch.conv1d(row, neighbours, None, [1], [neighbours.size(2) // 2]).view([x.size(0), x.size(1), 1, 1])
    return x * torch.sigmoid(g)

class NormFreeBlock:
  # h = beta * activation(x); scale * gate(conv3(conv2b(conv2(conv1(h))))) + shortcut(h), or + x where the shape stays.
  activation : str
  beta : float
  conv1 : __torch__.Convolution
  conv2 : __torch__.Convolution
  conv2b : Optional[__torch__.Convolution]
  conv3 : __torch__.Convolution
  gate : Optional[__torch__.ChannelGate]
  scale : float
  shortcut_pool : int
  shortcut : Optional[__torch__.Convolution]

  def __init__(self, activation: str, beta: float, conv1: __torch__.Convolution, conv2: __torch__.Convolution, conv2b: Optional[__torch__.Convolution], conv3: __torch__.Convolution, gate: Optional[__torch__.ChannelGate], scale: float, shortcut_pool: int, shortcut: Optional[__torch__.Convolution]) -> NoneType:
    self.activation = activation
    self.beta = beta
    self.conv1 = conv1
    self.conv2 = conv2
    self.conv2b = conv2b
    self.conv3 = conv3
    self.gate = gate
    self.scale = scale
    self.shortcut_pool = shortcut_pool
    self.shortcut = shortcut
    return None

  def forward(self, x: Tensor) -> Tensor:
    h = __torch__.activate_scaled(x, self.activation, self.beta)
    shortcut = self.shortcut
    if shortcut is not None:
      x = h
      if self.shortcut_pool > 1:
        x = torch.avg_pool2d(x, [2, 2], [self.shortcut_pool, self.shortcut_pool], [0, 0], True, False)
      x = shortcut.forward(x)
    h = self.conv2.forward(self.conv1.forward(h))
    conv2b = self.conv2b
    if conv2b is not None:
      h = conv2b.forward(h)
    h = self.conv3.forward(h)
    gate = self.gate
    if gate is not None:
      h = gate.forward(h)
    return h * self.scale + x
