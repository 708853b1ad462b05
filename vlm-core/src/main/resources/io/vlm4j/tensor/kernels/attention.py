class KvCache:
  # Keys and values of the positions so far, [B, kvHeads, capacity, headDim]; the caller counts the positions.
  keys : Tensor
  values : Tensor

  def __init__(self, keys: Tensor, values: Tensor) -> NoneType:
    self.keys = keys
    self.values = values
    return None

  def append(self, start: int, k: Tensor, v: Tensor) -> NoneType:
    length = k.size(2)
    _0 = self.keys.narrow(2, start, length).copy_(k)
    _1 = self.values.narrow(2, start, length).copy_(v)
    return None

class Attention:
  # norm -> q, k, v (clipped, normalised) -> rotary -> append to the cache -> softmax(q k^T * scale + mask) v -> out -> residual
  norm : Optional[__torch__.Norm]
  qkv : __torch__.Linear
  q_norm : Optional[__torch__.Norm]
  k_norm : Optional[__torch__.Norm]
  out : __torch__.Linear
  residual : __torch__.Residual
  heads : int
  kv_heads : int
  head_dim : int
  scale : float
  causal : bool
  window : int
  clip : float
  extra_key : Optional[Tensor]
  extra_value : Optional[Tensor]

  def __init__(self, norm: Optional[__torch__.Norm], qkv: __torch__.Linear, q_norm: Optional[__torch__.Norm], k_norm: Optional[__torch__.Norm], out: __torch__.Linear, residual: __torch__.Residual, heads: int, kv_heads: int, head_dim: int, scale: float, causal: bool, window: int, clip: float, extra_key: Optional[Tensor], extra_value: Optional[Tensor]) -> NoneType:
    self.norm = norm
    self.qkv = qkv
    self.q_norm = q_norm
    self.k_norm = k_norm
    self.out = out
    self.residual = residual
    self.heads = heads
    self.kv_heads = kv_heads
    self.head_dim = head_dim
    self.scale = scale
    self.causal = causal
    self.window = window
    self.clip = clip
    self.extra_key = extra_key
    self.extra_value = extra_value
    return None

  def forward(self, x: Tensor, cache: Optional[__torch__.KvCache], start: int, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    return self.residual.forward(x, self.branch(x, cache, start, cos, sin, mask))

  def branch(self, x: Tensor, cache: Optional[__torch__.KvCache], start: int, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    batch = x.size(0)
    length = x.size(1)
    h = x
    norm = self.norm
    if norm is not None:
      h = norm.forward(h)
    h = self.qkv.forward(h)
    if self.clip > 0.:
      h = torch.clamp(h, -self.clip, self.clip)
    # Heads stand side by side; what happens to queries and keys alike happens to both at once.
    h = h.reshape([batch, length, self.heads + 2 * self.kv_heads, self.head_dim])
    qk, v = torch.split(h, [self.heads + self.kv_heads, self.kv_heads], 2)
    if self.q_norm is not None or self.k_norm is not None:
      qk = self.normalize(qk)
    if cos is not None and sin is not None:
      qk = self.rotate(qk, cos, sin)
    q, k = torch.split(qk, [self.heads, self.kv_heads], 2)
    q = q.transpose(1, 2)
    k = k.transpose(1, 2)
    v = v.transpose(1, 2)
    if cache is not None:
      _0 = cache.append(start, k, v)
      k = cache.keys.narrow(2, 0, start + length)
      v = cache.values.narrow(2, 0, start + length)
    extra_key = self.extra_key
    extra_value = self.extra_value
    if extra_key is not None and extra_value is not None:
      # A learned key and value stand before the positions, so that each may look at them.
      k = torch.cat([extra_key.expand([batch, -1, -1, -1]), k], 2)
      v = torch.cat([extra_value.expand([batch, -1, -1, -1]), v], 2)
    o = self.attend(q, k, v, mask)
    return self.out.forward(o.transpose(1, 2).reshape([batch, length, self.heads * self.head_dim]))

  def normalize(self, qk: Tensor) -> Tensor:
    q, k = torch.split(qk, [self.heads, self.kv_heads], 2)
    return torch.cat([self.normalize_heads(q, self.q_norm), self.normalize_heads(k, self.k_norm)], 2)

  def normalize_heads(self, x: Tensor, norm: Optional[__torch__.Norm]) -> Tensor:
    # A norm is as wide as one head, or as all of them together.
    h = x
    if norm is not None:
      h = norm.forward(x.reshape([x.size(0), x.size(1), -1, norm.weight.size(0)])).reshape(x.size())
    return h

  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    # [B, T, heads, headDim]: turns the two halves of the first cos.size(-1) features (RoFormer); the rest passes through.
    # The first half of `sin` is negated, so that a half has only to change places with the other.
    width = cos.size(-1)
    if width == self.head_dim:
      turned = torch.addcmul(x * cos, torch.roll(x, [width // 2], [-1]), sin)
    else:
      part = x.narrow(-1, 0, width)
      turned = torch.addcmul(part * cos, torch.roll(part, [width // 2], [-1]), sin)
      turned = torch.cat([turned, x.narrow(-1, width, self.head_dim - width)], -1)
    return turned

  def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    queries = q.size(2)
    keys = k.size(2)
    if self.window > 0 and queries == 1 and keys > self.window:
      k = k.narrow(2, keys - self.window, self.window)
      v = v.narrow(2, keys - self.window, self.window)
      if mask is not None:
        mask = mask.narrow(3, keys - self.window, self.window)
      keys = self.window
    hidden_future = self.causal and queries > 1
    limited = self.window > 0 and keys > self.window
    if mask is None and (hidden_future and keys > queries or limited):
      mask = self.causal_mask(queries, keys, q.device)
    groups = self.heads // self.kv_heads
    if groups > 1 and queries == 1:
      # One query: the heads that share a key are rows of one product, so that nothing is repeated.
      if mask is not None and mask.size(1) == self.heads:
        mask = mask.reshape([mask.size(0), self.kv_heads, groups, keys])
      rows = q.reshape([q.size(0), self.kv_heads, groups, self.head_dim])
      o = torch.scaled_dot_product_attention(rows, k, v, mask, 0., False, scale=self.scale)
      o = o.reshape([q.size(0), self.heads, 1, self.head_dim])
    else:
      if groups > 1:
        k = k.repeat_interleave(groups, 1)
        v = v.repeat_interleave(groups, 1)
      o = torch.scaled_dot_product_attention(q, k, v, mask, 0., hidden_future and mask is None, scale=self.scale)
    return o

  def causal_mask(self, queries: int, keys: int, device: Device) -> Tensor:
    # True where query i (at position keys - queries + i) may look: not ahead, and less than `window` back.
    offset = keys - queries
    mask = torch.ones([queries, keys], dtype=11, device=device).tril(offset)
    if self.window > 0:
      mask = mask.triu(offset - self.window + 1)
    return mask.view([1, 1, queries, keys])

class CrossAttention:
  # Queries from x, keys and values from a context of another width; a head of the values may have a width of its own.
  norm : Optional[__torch__.Norm]
  context_norm : Optional[__torch__.Norm]
  query : __torch__.Linear
  key_value : __torch__.Linear
  q_norm : Optional[__torch__.Norm]
  k_norm : Optional[__torch__.Norm]
  out : __torch__.Linear
  residual : __torch__.Residual
  heads : int
  head_dim : int
  value_dim : int
  scale : float

  def __init__(self, norm: Optional[__torch__.Norm], context_norm: Optional[__torch__.Norm], query: __torch__.Linear, key_value: __torch__.Linear, q_norm: Optional[__torch__.Norm], k_norm: Optional[__torch__.Norm], out: __torch__.Linear, residual: __torch__.Residual, heads: int, head_dim: int, value_dim: int, scale: float) -> NoneType:
    self.norm = norm
    self.context_norm = context_norm
    self.query = query
    self.key_value = key_value
    self.q_norm = q_norm
    self.k_norm = k_norm
    self.out = out
    self.residual = residual
    self.heads = heads
    self.head_dim = head_dim
    self.value_dim = value_dim
    self.scale = scale
    return None

  def project(self, context: Tensor) -> __torch__.KvCache:
    # The context's keys and values, once for all queries: [B, heads, S, headDim] and [B, heads, S, valueDim].
    context_norm = self.context_norm
    if context_norm is not None:
      context = context_norm.forward(context)
    k, v = torch.split(self.key_value.forward(context), [self.heads * self.head_dim, self.heads * self.value_dim], -1)
    return __torch__.KvCache(self.split_heads(k, self.head_dim, self.k_norm), self.split_heads(v, self.value_dim, None))

  def forward(self, x: Tensor, context: __torch__.KvCache, mask: Optional[Tensor]) -> Tensor:
    return self.residual.forward(x, self.branch(x, context, mask))

  def branch(self, x: Tensor, context: __torch__.KvCache, mask: Optional[Tensor]) -> Tensor:
    h = x
    norm = self.norm
    if norm is not None:
      h = norm.forward(h)
    q = self.split_heads(self.query.forward(h), self.head_dim, self.q_norm)
    keys = context.keys
    values = context.values
    if keys.size(0) != x.size(0):
      # Several sequences (beams) of one context: it is not repeated in memory.
      keys = keys.expand([x.size(0), keys.size(1), keys.size(2), keys.size(3)])
      values = values.expand([x.size(0), values.size(1), values.size(2), values.size(3)])
    o = torch.scaled_dot_product_attention(q, keys, values, mask, 0., False, scale=self.scale)
    return self.out.forward(o.transpose(1, 2).reshape([x.size(0), x.size(1), self.heads * self.value_dim]))

  def split_heads(self, x: Tensor, head_dim: int, norm: Optional[__torch__.Norm]) -> Tensor:
    h = x.view([x.size(0), x.size(1), self.heads, head_dim])
    if norm is not None:
      h = norm.forward(h)
    return h.transpose(1, 2)
