def decode_boxes(deltas: Tensor, boxes: Tensor, wx: float, wy: float, ww: float, wh: float) -> Tensor:
  # Shifts and scales [N, 4 K] of boxes [N, 4] -> corners [N, K, 4]. A side grows at most 1000 / 16 times.
  widths = (boxes.select(1, 2) - boxes.select(1, 0)).unsqueeze(1)
  heights = (boxes.select(1, 3) - boxes.select(1, 1)).unsqueeze(1)
  x = boxes.select(1, 0).unsqueeze(1) + widths * 0.5
  y = boxes.select(1, 1).unsqueeze(1) + heights * 0.5
  dx, dy, dw, dh = torch.unbind(deltas.view([deltas.size(0), -1, 4]), 2)
  x = dx / wx * widths + x
  y = dy / wy * heights + y
  half_width = torch.exp(torch.clamp_max(dw / ww, 4.1351665567423561)) * widths * 0.5
  half_height = torch.exp(torch.clamp_max(dh / wh, 4.1351665567423561)) * heights * 0.5
  return torch.stack([x - half_width, y - half_height, x + half_width, y + half_height], 2)

def best_anchors(logits: Tensor, deltas: Tensor, anchors: Tensor, stride_y: int, stride_x: int, most: int) -> List[Tensor]:
  # The best places of one level of the pyramid: logits [B, A, h, w], deltas [B, 4 A, h, w] and the anchors of one
  # place [A, 4] -> logits [B, n] and boxes [B, n, 4], the best first.
  b, a, h, w = logits.size()
  flat = logits.permute([0, 2, 3, 1]).reshape([b, -1])
  if most > flat.size(1):
    most = flat.size(1)
  best, index = torch.topk(flat, most, 1)
  moves = deltas.view([b, a, 4, h, w]).permute([0, 3, 4, 1, 2]).reshape([b, -1, 4])
  chosen = torch.gather(moves, 1, index.unsqueeze(2).expand([-1, -1, 4]))
  place = torch.floor_divide(index, a)
  y = torch.floor_divide(place, w) * stride_y
  x = torch.remainder(place, w) * stride_x
  around = anchors.index_select(0, torch.remainder(index, a).flatten()).view([b, -1, 4])
  at = torch.stack([x, y, x, y], 2).to(6) + around
  boxes = __torch__.decode_boxes(chosen.reshape([-1, 4]), at.view([-1, 4]), 1., 1., 1., 1.)
  return [best, boxes.view([b, -1, 4])]

def rows_of(maps: List[Tensor]) -> Tensor:
  # Feature maps [B, C, h, w] of one width -> their places, one a row, [sum of B h w, C].
  channels = maps[0].size(1)
  count = 0
  for level in maps:
    count = count + level.size(0) * level.size(2) * level.size(3)
  rows = torch.empty([count, channels], dtype=6, device=maps[0].device)
  start = 0
  for level in maps:
    places = level.permute([0, 2, 3, 1])
    length = places.size(0) * places.size(1) * places.size(2)
    _0 = rows.narrow(0, start, length).view(places.size()).copy_(places)
    start = start + length
  return rows

def sine_positions(mask: Tensor, size: int) -> Tensor:
  # Sines and cosines of each place's share of the picture, [B, h, w] of 1 and 0 -> [B, h w, size]: half for y, half for x.
  steps = size // 2
  y = torch.cumsum(mask, 1)
  x = torch.cumsum(mask, 2)
  y = y / (y.narrow(1, y.size(1) - 1, 1) + 9.9999999999999995e-07) * 6.2831853071795862
  x = x / (x.narrow(2, x.size(2) - 1, 1) + 9.9999999999999995e-07) * 6.2831853071795862
  pair = torch.floor_divide(torch.arange(steps, dtype=4, device=mask.device), 2).to(6)
  wavelengths = torch.pow(10000., pair * 2 / steps)
  parts = annotate(List[Tensor], [])
  for place in [y, x]:
    angles = place.unsqueeze(3) / wavelengths
    sines = torch.sin(torch.slice(angles, 3, 0, 9223372036854775807, 2))
    cosines = torch.cos(torch.slice(angles, 3, 1, 9223372036854775807, 2))
    _0 = torch.append(parts, torch.stack([sines, cosines], 4).flatten(3))
  return torch.cat(parts, 3).flatten(1, 2)

class PlacedAttention:
  # Attention whose queries and keys know their places and whose values do not (DETR). Without a context it is self-attention.
  norm : Optional[__torch__.Norm]
  query : __torch__.Linear
  key : __torch__.Linear
  value : __torch__.Linear
  out : __torch__.Linear
  residual : __torch__.Residual
  heads : int

  def __init__(self, norm: Optional[__torch__.Norm], query: __torch__.Linear, key: __torch__.Linear, value: __torch__.Linear, out: __torch__.Linear, residual: __torch__.Residual, heads: int) -> NoneType:
    self.norm = norm
    self.query = query
    self.key = key
    self.value = value
    self.out = out
    self.residual = residual
    self.heads = heads
    return None

  def forward(self, x: Tensor, places: Tensor, context: Optional[Tensor], context_places: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    h = x
    norm = self.norm
    if norm is not None:
      h = norm.forward(h)
    placed = h + places
    q = self.split(self.query.forward(placed))
    if context is not None and context_places is not None:
      k = self.split(self.key.forward(context + context_places))
      v = self.split(self.value.forward(context))
    else:
      k = self.split(self.key.forward(placed))
      v = self.split(self.value.forward(h))
    o = torch.scaled_dot_product_attention(q, k, v, mask, 0., False)
    return self.residual.forward(x, self.out.forward(o.transpose(1, 2).reshape(x.size())))

  def split(self, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)
