class Lstm:
  # One layer of long short-term memory:
  # i, f, g, o = W x + b + U h; c = sigmoid(f) c + sigmoid(i) tanh(g); h = sigmoid(o) tanh(c)
  input_gates : __torch__.Linear
  recurrent_gates : __torch__.Linear

  def __init__(self, input_gates: __torch__.Linear, recurrent_gates: __torch__.Linear) -> NoneType:
    self.input_gates = input_gates
    self.recurrent_gates = recurrent_gates
    return None

  def forward(self, x: Tensor, states: __torch__.KvCache, start: int) -> Tensor:
    # [B, T, D] -> h [B, T, H]; the cache has h where attention has keys, and c in the place of values, [B, 1, capacity, H].
    # The products with the inputs do not wait for one another: one product for all positions.
    driven = self.input_gates.forward(x)
    h = torch.zeros_like(states.keys.select(2, 0).squeeze(1))
    c = torch.zeros_like(h)
    if start > 0:
      h = states.keys.select(2, start - 1).squeeze(1)
      c = states.values.select(2, start - 1).squeeze(1)
    for t in range(x.size(1)):
      i, f, g, o = torch.chunk(driven.select(1, t) + self.recurrent_gates.forward(h.contiguous()), 4, -1)
      c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
      h = torch.sigmoid(o) * torch.tanh(c)
      _0 = states.append(start + t, h.unsqueeze(1).unsqueeze(2), c.unsqueeze(1).unsqueeze(2))
    return states.keys.narrow(2, start, x.size(1)).squeeze(1).contiguous()
