class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # --- tensors ---

  def none(self) -> Optional[Tensor]:
    return None

  def map_file(self, file: str, bytes: int) -> Tensor:
    return torch.from_file(file, False, bytes, dtype=0)

  def slice_bytes(self, bytes: Tensor, offset: int, length: int) -> Tensor:
    return bytes.narrow(0, offset, length)

  def copy(self, x: Tensor) -> Tensor:
    return x.clone()

  def reinterpret(self, bytes: Tensor, dtype: int, element_bytes: int, shape: List[int]) -> Tensor:
    return __torch__.reinterpret(bytes, dtype, element_bytes).view(shape)

  def to_dtype(self, x: Tensor, dtype: int) -> Tensor:
    return x.to(dtype)

  def to_device(self, x: Tensor, device: str) -> Tensor:
    return x.to(torch.device(device))

  def to_device_of(self, x: Tensor, other: Tensor) -> Tensor:
    return x.to(other.device)

  def shape(self, x: Tensor) -> List[int]:
    return x.size()

  def dtype(self, x: Tensor) -> int:
    return int(x.dtype)

  def contiguous(self, x: Tensor) -> Tensor:
    return x.contiguous()

  def view(self, x: Tensor, shape: List[int]) -> Tensor:
    return x.reshape(shape)

  def narrow(self, x: Tensor, dim: int, start: int, length: int) -> Tensor:
    return x.narrow(dim, start, length)

  def transpose(self, x: Tensor, a: int, b: int) -> Tensor:
    return x.transpose(a, b)

  def permute(self, x: Tensor, dims: List[int]) -> Tensor:
    return x.permute(dims)

  def expand(self, x: Tensor, shape: List[int]) -> Tensor:
    return x.expand(shape)

  def cat(self, tensors: List[Tensor], dim: int) -> Tensor:
    return torch.cat(tensors, dim)

  def index_select(self, x: Tensor, dim: int, index: Tensor) -> Tensor:
    return x.index_select(dim, index)

  def embedding(self, table: Tensor, ids: Tensor) -> Tensor:
    return torch.embedding(table, ids).to(6)

  def add(self, a: Tensor, b: Tensor) -> Tensor:
    return a + b

  def sub(self, a: Tensor, b: Tensor) -> Tensor:
    return a - b

  def mul(self, a: Tensor, b: Tensor) -> Tensor:
    return a * b

  def scale(self, a: Tensor, factor: float) -> Tensor:
    return a * factor

  def tanh(self, x: Tensor) -> Tensor:
    return x.tanh()

  def sigmoid(self, x: Tensor) -> Tensor:
    return x.sigmoid()

  def log_probabilities_of(self, logits: Tensor, ids: Tensor) -> Tensor:
    # The log-probability of one id in each row of logits, [T, V] and [T] -> [T].
    return torch.gather(logits.log_softmax(-1), -1, ids.unsqueeze(-1)).squeeze(-1)

  def softmax(self, x: Tensor) -> Tensor:
    return x.softmax(-1)

  def log_softmax(self, x: Tensor) -> Tensor:
    return x.log_softmax(-1)

  def matmul(self, a: Tensor, b: Tensor) -> Tensor:
    return a.matmul(b)

  def argmax(self, x: Tensor) -> Tensor:
    return x.argmax(-1)

  def sum(self, x: Tensor) -> Tensor:
    return x.sum()

  def l2_normalize(self, x: Tensor) -> Tensor:
    return x / x.norm(2, -1, True)

  def patch_query_logits(self, patches: Tensor, queries: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    # OWL-ViT: cosines of patches [P, D] and queries [Q, D], shifted and scaled by each patch [P, 1] -> [P, Q].
    p = patches / (patches.norm(2, -1, True) + 1e-6)
    q = queries / (queries.norm(2, -1, True) + 1e-6)
    return (torch.matmul(p, q.transpose(0, 1)) + shift) * (torch.elu(scale) + 1)

  # --- linear ---

  def linear(self, kernel: str, weight: Tensor, bias: Optional[Tensor]) -> __torch__.Linear:
    packed = annotate(Optional[__torch__.torch.classes.quantized.LinearPackedParamsBase], None)
    if kernel == "plain":
      w = weight.to(6)
    elif kernel == "prepacked":
      w = ops.mkldnn._reorder_linear_weight(weight.to(6), None)
    elif kernel == "prepacked_bf16":
      w = ops.mkldnn._reorder_linear_weight(weight.to(15), None)
      if bias is not None:
        bias = bias.to(15)
    elif kernel == "fp16":
      w = torch.empty([0])
      packed = ops.quantized.linear_prepack_fp16(weight.to(6), bias)
    else:
      w = torch.empty([0])
      full = weight.to(6)
      scales = torch.clamp_min(full.abs().amax([1]) / 127., 9.9999999999999998e-13)
      rows = torch.zeros([full.size(0)], dtype=4)
      packed = ops.quantized.linear_prepack(torch.quantize_per_channel(full, scales, rows, 0, 12), None)
    return __torch__.Linear(kernel, w, bias, packed)

  def linear_forward(self, layer: __torch__.Linear, x: Tensor) -> Tensor:
    return layer.forward(x)

  # --- norms and residuals ---

  def norm(self, rms: bool, weight: Tensor, bias: Optional[Tensor], eps: float) -> __torch__.Norm:
    return __torch__.Norm(rms, weight, bias, eps)

  def norm_forward(self, layer: __torch__.Norm, x: Tensor) -> Tensor:
    return layer.forward(x)

  def residual(self, scale: Optional[Tensor], gate: Optional[Tensor], norm: Optional[__torch__.Norm]) -> __torch__.Residual:
    return __torch__.Residual(scale, gate, norm)

  # --- attention ---

  def attention(self, norm: Optional[__torch__.Norm], qkv: __torch__.Linear, q_norm: Optional[__torch__.Norm], k_norm: Optional[__torch__.Norm], out: __torch__.Linear, residual: __torch__.Residual, heads: int, kv_heads: int, head_dim: int, scale: float, causal: bool, window: int, clip: float, extra_key: Optional[Tensor], extra_value: Optional[Tensor]) -> __torch__.Attention:
    return __torch__.Attention(norm, qkv, q_norm, k_norm, out, residual, heads, kv_heads, head_dim, scale, causal, window, clip, extra_key, extra_value)

  def attention_forward(self, layer: __torch__.Attention, x: Tensor, cache: Optional[__torch__.KvCache], start: int, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    return layer.forward(x, cache, start, cos, sin, mask)

  def attention_branch(self, layer: __torch__.Attention, x: Tensor, cache: Optional[__torch__.KvCache], start: int, cos: Optional[Tensor], sin: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    return layer.branch(x, cache, start, cos, sin, mask)

  def cross_attention(self, norm: Optional[__torch__.Norm], context_norm: Optional[__torch__.Norm], query: __torch__.Linear, key_value: __torch__.Linear, q_norm: Optional[__torch__.Norm], k_norm: Optional[__torch__.Norm], out: __torch__.Linear, residual: __torch__.Residual, heads: int, head_dim: int, value_dim: int, scale: float) -> __torch__.CrossAttention:
    return __torch__.CrossAttention(norm, context_norm, query, key_value, q_norm, k_norm, out, residual, heads, head_dim, value_dim, scale)

  def cross_attention_project(self, layer: __torch__.CrossAttention, context: Tensor) -> __torch__.KvCache:
    return layer.project(context)

  def cross_attention_forward(self, layer: __torch__.CrossAttention, x: Tensor, context: __torch__.KvCache, mask: Optional[Tensor]) -> Tensor:
    return layer.forward(x, context, mask)

  def cross_attention_branch(self, layer: __torch__.CrossAttention, x: Tensor, context: __torch__.KvCache, mask: Optional[Tensor]) -> Tensor:
    return layer.branch(x, context, mask)

  def kv_cache(self, device: str, batch: int, heads: int, capacity: int, head_dim: int) -> __torch__.KvCache:
    shape = [batch, heads, capacity, head_dim]
    return __torch__.KvCache(torch.empty(shape, dtype=6, device=torch.device(device)), torch.empty(shape, dtype=6, device=torch.device(device)))

  def kv_cache_select(self, cache: __torch__.KvCache, rows: Tensor, length: int, capacity: int) -> __torch__.KvCache:
    # A new cache of the chosen rows (beams); only the positions in use are copied.
    keys = cache.keys
    shape = [rows.size(0), keys.size(1), capacity, keys.size(3)]
    chosen = __torch__.KvCache(torch.empty(shape, dtype=6, device=keys.device), torch.empty(shape, dtype=6, device=keys.device))
    _0 = chosen.append(0, keys.narrow(2, 0, length).index_select(0, rows), cache.values.narrow(2, 0, length).index_select(0, rows))
    return chosen

  def kv_cache_like(self, cache: __torch__.KvCache, batch: int, capacity: int) -> __torch__.KvCache:
    # An empty cache of other numbers of sequences and places. What is not in use must still be finite: it is multiplied by 0.
    keys = cache.keys
    values = cache.values
    return __torch__.KvCache(torch.zeros([batch, keys.size(1), capacity, keys.size(3)], dtype=6, device=keys.device), torch.zeros([batch, values.size(1), capacity, values.size(3)], dtype=6, device=keys.device))

  def kv_cache_place(self, target: __torch__.KvCache, row: int, start: int, source: __torch__.KvCache, length: int) -> Tensor:
    # Copies the positions in use of a cache of one sequence to a row of another cache.
    _0 = target.keys.narrow(0, row, 1).narrow(2, start, length).copy_(source.keys.narrow(2, 0, length))
    return target.values.narrow(0, row, 1).narrow(2, start, length).copy_(source.values.narrow(2, 0, length))

  def in_use(self, unused: Tensor, slots: int) -> Tensor:
    # True but for the first places of each row that hold nothing, [B] -> [B, 1, 1, slots].
    places = torch.arange(0, slots, dtype=4, device=unused.device).view([1, 1, 1, -1])
    return torch.ge(places, unused.view([-1, 1, 1, 1]))

  def bias_in_use(self, bias: Tensor, in_use: Tensor) -> Tensor:
    return bias.masked_fill(torch.logical_not(in_use), -3.4028234663852886e+38)

  def context_select(self, context: __torch__.KvCache, rows: Tensor) -> __torch__.KvCache:
    # The chosen rows of a context; a context of one row serves any number of sequences as it is.
    if context.keys.size(0) == 1:
      chosen = __torch__.KvCache(context.keys, context.values)
    else:
      chosen = __torch__.KvCache(context.keys.index_select(0, rows), context.values.index_select(0, rows))
    return chosen

  def context_join(self, first: __torch__.KvCache, second: __torch__.KvCache, dim: int) -> __torch__.KvCache:
    # Two contexts, [B, heads, S, headDim]: side by side (0) or one after the other (2).
    return __torch__.KvCache(torch.cat([first.keys, second.keys], dim), torch.cat([first.values, second.values], dim))

  def context_length(self, context: __torch__.KvCache) -> int:
    return context.keys.size(2)

  def relative_position_bias(self, table: Tensor, start: int, count: int, bidirectional: bool, log_range: float) -> Tensor:
    # T5: a bias for each head and bucket of distances [buckets, heads] -> [1, heads, count, start + count].
    # Half of a direction's buckets hold one distance each, the others grow logarithmically.
    buckets = table.size(0)
    queries = torch.arange(start, start + count, dtype=4, device=table.device).unsqueeze(1)
    keys = torch.arange(0, start + count, dtype=4, device=table.device).unsqueeze(0)
    ahead = torch.sub(keys, queries)
    first = torch.mul(ahead, 0)
    back = torch.clamp_min(ahead.neg(), 0)
    if bidirectional:
      buckets = buckets // 2
      first = torch.mul(torch.gt(ahead, 0).to(4), buckets)
      back = ahead.abs()
    exact = buckets // 2
    steps = torch.mul(torch.div(torch.log(torch.div(back.to(6), exact)), log_range), buckets - exact).to(4)
    far = torch.clamp_max(torch.add(steps, exact), buckets - 1)
    bucket = torch.add(torch.where(torch.lt(back, exact), back, far), first)
    bias = torch.embedding(table, bucket).permute([2, 0, 1]).unsqueeze(0)
    if not bidirectional:
      bias = bias.masked_fill(torch.gt(ahead, 0), -3.4028234663852886e+38)
    return bias.contiguous()

  def pad_bias(self, bias: Tensor, count: int) -> Tensor:
    # Room for positions without a place, after those that have one: [1, heads, T, T] -> [1, heads, T + count, T + count].
    return torch.constant_pad_nd(bias, [0, count, 0, count], 0.)

  def alibi_bias(self, slopes: Tensor, start: int, count: int, rounded: bool, factor: float) -> Tensor:
    # slopes [heads] -> [1, heads, count, start + count]: slope * distance * factor, the lowest number ahead of a query.
    # Rounded: the products are in bfloat16, and take the key's place for its distance, which differs by a constant for each query.
    queries = torch.arange(start, start + count, dtype=4, device=slopes.device).unsqueeze(1)
    keys = torch.arange(0, start + count, dtype=4, device=slopes.device).unsqueeze(0)
    ahead = torch.sub(keys, queries)
    steep = slopes.view([1, -1, 1, 1])
    if rounded:
      bias = torch.mul(steep.to(15), keys).to(6)
    else:
      bias = torch.mul(steep, ahead)
    return torch.mul(bias, factor).masked_fill(torch.gt(ahead, 0), -3.4028234663852886e+38)

  def rotary(self, inverse_frequencies: Tensor, start: int, count: int, factor: float) -> List[Tensor]:
    # cos and sin of position * frequency for the positions from start on, [count, 1, 2F] each; both halves share the angles.
    # The sines of the first half are negated: see Attention.rotate.
    positions = torch.arange(start, start + count, dtype=6, device=inverse_frequencies.device)
    angles = torch.outer(positions, inverse_frequencies)
    cos = angles.cos() * factor
    sin = angles.sin() * factor
    return [torch.cat([cos, cos], -1).unsqueeze(1), torch.cat([sin.neg(), sin], -1).unsqueeze(1)]

  # --- feed-forward ---

  def mlp(self, norm: Optional[__torch__.Norm], up: __torch__.Linear, down: __torch__.Linear, residual: __torch__.Residual, activation: str, gated: bool) -> __torch__.Mlp:
    return __torch__.Mlp(norm, up, down, residual, activation, gated)

  def activate(self, x: Tensor, name: str) -> Tensor:
    return __torch__.activate(x, name)

  def mlp_forward(self, layer: __torch__.Mlp, x: Tensor) -> Tensor:
    return layer.forward(x)

  def mlp_parallel(self, layer: __torch__.Mlp, x: Tensor, stream: Tensor) -> Tensor:
    return layer.parallel(x, stream)

  def mlp_branch(self, layer: __torch__.Mlp, x: Tensor) -> Tensor:
    return layer.branch(x)

  # --- vision ---

  def patch_embedding(self, weight: Tensor, bias: Optional[Tensor], stride: int) -> __torch__.PatchEmbedding:
    return __torch__.PatchEmbedding(weight, bias, stride)

  def patch_embedding_forward(self, layer: __torch__.PatchEmbedding, pixels: Tensor) -> Tensor:
    return layer.forward(pixels)

  def interpolate_bicubic(self, table: Tensor, height: int, width: int) -> Tensor:
    # A table of positions [rows, columns, D], resampled to [height, width, D].
    grid = table.permute([2, 0, 1]).unsqueeze(0)
    grid = torch.upsample_bicubic2d(grid, [height, width], False, None, None)
    return grid.squeeze(0).permute([1, 2, 0]).contiguous()

  def fractional_positions(self, like: Tensor, rows: int, columns: int, side: int) -> Tensor:
    # The place of each patch of a rows x columns grid in a table of side x side positions (NaViT), [rows columns].
    steps = torch.arange(1. / side, 1., 1. / side, dtype=6, device=like.device)
    row = torch.bucketize(torch.arange(rows, dtype=6, device=like.device) / rows * 0.99999899999999997, steps, right=True)
    column = torch.bucketize(torch.arange(columns, dtype=6, device=like.device) / columns * 0.99999899999999997, steps, right=True)
    return (row.unsqueeze(1) * side + column).flatten()

  def fourier_positions(self, rows: int, columns: int, bands: int, max_rows: int, max_columns: int, device: str) -> Tensor:
    # The places of a grid, from -1 to 1, and their sines and cosines at frequencies up to Nyquist's, [rows columns, 2 + 4 bands].
    at = torch.device(device)
    y = torch.linspace(-1., 1., rows, dtype=6, device=at).unsqueeze(1).expand([rows, columns]).reshape([-1, 1])
    x = torch.linspace(-1., 1., columns, dtype=6, device=at).unsqueeze(0).expand([rows, columns]).reshape([-1, 1])
    y_angles = y * torch.linspace(1., max_rows / 2, bands, dtype=6, device=at)
    x_angles = x * torch.linspace(1., max_columns / 2, bands, dtype=6, device=at)
    angles = torch.cat([y_angles, x_angles], 1) * 3.1415926535897931
    return torch.cat([y, x, angles.sin(), angles.cos()], 1)

  def pixel_shuffle(self, features: Tensor, factor: int) -> Tensor:
    # [B, H, W, D] -> [B, H/f, W/f, f f D]: each block of neighbours joined, row-major inside the block.
    b, h, w, d = features.size()
    blocks = features.reshape([b, h // factor, factor, w // factor, factor, d]).permute([0, 1, 3, 2, 4, 5])
    return blocks.reshape([b, h // factor, w // factor, factor * factor * d])

  def average_pool(self, features: Tensor, factor: int) -> Tensor:
    # [B, H, W, D] -> [B, H/f, W/f, D]
    return torch.avg_pool2d(features.permute([0, 3, 1, 2]), [factor, factor], [factor, factor]).permute([0, 2, 3, 1])

  # --- audio ---

  def log_mel(self, samples: Tensor, window: Tensor, filters: Tensor, shift: int, transform: int) -> Tensor:
    # Kaldi's filter bank: frames without their mean, pre-emphasis, window, power spectrum of `transform` points, the
    # logarithm of what each filter [transform / 2 + 1, bins] lets through: [N] -> [frames, bins].
    length = window.size(0)
    frames = samples.unfold(0, length, shift)
    frames = frames - torch.mean(frames, [1], True)
    before = torch.cat([frames.narrow(1, 0, 1), frames.narrow(1, 0, length - 1)], 1)
    spectrum = torch.fft_rfft((frames - before * 0.97) * window, transform, 1, None)
    energies = torch.matmul(spectrum.abs().square(), filters)
    return torch.log(torch.clamp_min(energies, 1.1920928955078125e-07))

  # --- convolutional networks ---

  def convolution(self, weight: Tensor, bias: Optional[Tensor], stride: int, groups: int, same: bool, dilation: int, activation: str, gain: float) -> __torch__.Convolution:
    return __torch__.Convolution(weight, bias, stride, groups, same, dilation, activation, gain)

  def batch_norm_scale(self, weight: Tensor, variance: Tensor, eps: float) -> Tensor:
    return weight / torch.sqrt(variance + eps)

  def standardize(self, weight: Tensor, gain: Tensor, scale: float, eps: float) -> Tensor:
    # Each output's weights get mean 0 and variance 1, then gain * scale (scaled weight standardisation).
    rows = weight.flatten(1)
    centred = rows - torch.mean(rows, [1], True)
    deviation = torch.sqrt(torch.mean(centred * centred, [1], True) + eps)
    return (centred / deviation * (gain.view([-1, 1]) * scale)).view(weight.size())

  def convolution_forward(self, layer: __torch__.Convolution, x: Tensor) -> Tensor:
    return layer.forward(x)

  def residual_block(self, conv1: __torch__.Convolution, conv2: __torch__.Convolution, pool: int, conv3: Optional[__torch__.Convolution], shortcut_pool: int, shortcut_ceil: bool, shortcut: Optional[__torch__.Convolution], activation: str) -> __torch__.ResidualBlock:
    return __torch__.ResidualBlock(conv1, conv2, pool, conv3, shortcut_pool, shortcut_ceil, shortcut, activation)

  def residual_block_forward(self, block: __torch__.ResidualBlock, x: Tensor) -> Tensor:
    return block.forward(x)

  def channel_gate(self, squeeze: Optional[__torch__.Convolution], excite: Optional[__torch__.Convolution], neighbours: Optional[Tensor]) -> __torch__.ChannelGate:
    return __torch__.ChannelGate(squeeze, excite, neighbours)

  def norm_free_block(self, activation: str, beta: float, conv1: __torch__.Convolution, conv2: __torch__.Convolution, conv2b: Optional[__torch__.Convolution], conv3: __torch__.Convolution, gate: Optional[__torch__.ChannelGate], scale: float, shortcut_pool: int, shortcut: Optional[__torch__.Convolution]) -> __torch__.NormFreeBlock:
    return __torch__.NormFreeBlock(activation, beta, conv1, conv2, conv2b, conv3, gate, scale, shortcut_pool, shortcut)

  def norm_free_block_forward(self, block: __torch__.NormFreeBlock, x: Tensor) -> Tensor:
    return block.forward(x)

  def activate_scaled(self, x: Tensor, name: str, gain: float) -> Tensor:
    return __torch__.activate_scaled(x, name, gain)

  def max_pool(self, x: Tensor, padding: int) -> Tensor:
    # The pooling after a convolutional stem: 3 x 3, every second place.
    return torch.max_pool2d(x, [3, 3], [2, 2], [padding, padding])

  def average_pool_map(self, x: Tensor, factor: int) -> Tensor:
    return torch.avg_pool2d(x, [factor, factor], [factor, factor])

  def mean_of_tokens(self, x: Tensor) -> Tensor:
    # [B, T, D] -> [B, 1, D]
    return torch.mean(x, [1], True)

  # --- detection ---

  def normalize_and_resize(self, image: Tensor, mean: Tensor, std: Tensor, height: int, width: int) -> Tensor:
    # [3, H, W] -> [1, 3, height, width], without antialiasing.
    x = (image - mean.view([3, 1, 1])) / std.view([3, 1, 1])
    return torch.upsample_bilinear2d(x.unsqueeze(0), [height, width], False, None, None)

  def pad_below(self, x: Tensor, height: int, width: int) -> Tensor:
    return torch.constant_pad_nd(x, [0, width - x.size(-1), 0, height - x.size(-2)], 0)

  def add_coarser(self, lateral: Tensor, coarser: Tensor) -> Tensor:
    return lateral + torch.upsample_nearest2d(coarser, [lateral.size(2), lateral.size(3)], None, None)

  def every_second_place(self, x: Tensor) -> Tensor:
    return torch.max_pool2d(x, [1, 1], [2, 2])

  def nearest(self, x: Tensor, height: int, width: int) -> Tensor:
    # [B, H, W] -> [B, height, width]
    return torch.upsample_nearest2d(x.unsqueeze(0), [height, width], None, None).squeeze(0)

  def hidden_where_zero(self, seen: Tensor, low: float) -> Tensor:
    return torch.zeros_like(seen).masked_fill(torch.eq(seen, 0), low)

  def best_anchors(self, logits: Tensor, deltas: Tensor, anchors: Tensor, stride_y: int, stride_x: int, most: int) -> List[Tensor]:
    return __torch__.best_anchors(logits, deltas, anchors, stride_y, stride_x, most)

  def decode_boxes(self, deltas: Tensor, boxes: Tensor, wx: float, wy: float, ww: float, wh: float) -> Tensor:
    return __torch__.decode_boxes(deltas, boxes, wx, wy, ww, wh)

  def rows_of(self, maps: List[Tensor]) -> Tensor:
    return __torch__.rows_of(maps)

  def weighted_rows(self, rows: Tensor, index: Tensor, starts: Tensor, weights: Tensor) -> Tensor:
    # Sums of weighted rows: sum i is that of index[starts[i]] to index[starts[i + 1] - 1].
    sums, _0, _1, _2 = torch.embedding_bag(rows, index, starts, False, 0, False, weights, True)
    return sums

  def upscale(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    # Each place becomes 2 x 2.
    return torch.relu(torch.conv_transpose2d(x, weight, bias, [2, 2]))

  def mask_of_label(self, logits: Tensor, labels: Tensor) -> Tensor:
    # [N, C, M, M] -> probabilities [N, M, M]
    index = labels.view([-1, 1, 1, 1]).expand([-1, 1, logits.size(2), logits.size(3)])
    return torch.gather(logits, 1, index).squeeze(1).sigmoid()

  def stretch_mask(self, mask: Tensor, height: int, width: int) -> Tensor:
    # [M, M] with a border of zeros, resized to [height, width].
    padded = torch.constant_pad_nd(mask, [1, 1, 1, 1], 0).unsqueeze(0).unsqueeze(0)
    return torch.upsample_bilinear2d(padded, [height, width], False, None, None).squeeze(0).squeeze(0)

  def sine_positions(self, mask: Tensor, size: int) -> Tensor:
    return __torch__.sine_positions(mask, size)

  def placed_attention(self, norm: Optional[__torch__.Norm], query: __torch__.Linear, key: __torch__.Linear, value: __torch__.Linear, out: __torch__.Linear, residual: __torch__.Residual, heads: int) -> __torch__.PlacedAttention:
    return __torch__.PlacedAttention(norm, query, key, value, out, residual, heads)

  def placed_attention_forward(self, layer: __torch__.PlacedAttention, x: Tensor, places: Tensor, context: Optional[Tensor], context_places: Optional[Tensor], mask: Optional[Tensor]) -> Tensor:
    return layer.forward(x, places, context, context_places, mask)

  # --- recurrence ---

  def lstm(self, input_gates: __torch__.Linear, recurrent_gates: __torch__.Linear) -> __torch__.Lstm:
    return __torch__.Lstm(input_gates, recurrent_gates)

  def lstm_forward(self, layer: __torch__.Lstm, x: Tensor, states: __torch__.KvCache, start: int) -> Tensor:
    return layer.forward(x, states, start)

  def kv_cache_at(self, cache: __torch__.KvCache, position: int) -> List[Tensor]:
    # Keys and values of one position, [B, heads, headDim] each.
    return [cache.keys.select(2, position), cache.values.select(2, position)]

  # --- weight formats ---

  def dequantize_q4_0(self, blocks: Tensor) -> Tensor:
    return __torch__.Gguf().q4_0(blocks)

  def dequantize_q4_1(self, blocks: Tensor) -> Tensor:
    return __torch__.Gguf().q4_1(blocks)

  def dequantize_q8_0(self, blocks: Tensor) -> Tensor:
    return __torch__.Gguf().q8_0(blocks)

  def dequantize_q6_k(self, blocks: Tensor) -> Tensor:
    return __torch__.Gguf().q6_k(blocks)

  # --- training ---

  def variable(self, x: Tensor) -> Tensor:
    return x.detach().to(6).clone().requires_grad_(True)

  def same(self, x: Tensor) -> Tensor:
    return x

  def gradients(self, loss: Tensor, variables: List[Tensor]) -> List[Tensor]:
    return __torch__.Training().gradients(loss, variables)

  def token_loss(self, logits: Tensor, targets: Tensor, tokens: float) -> Tensor:
    # The cross-entropy of each row's target, summed and divided by the tokens of the whole step.
    return torch.cross_entropy_loss(logits, targets, None, 2, -100, 0.) / tokens

  def add_in_place(self, sums: List[Tensor], terms: List[Tensor]) -> int:
    for i in range(torch.len(sums)):
      _0 = sums[i].add_(terms[i])
    return torch.len(sums)

  def clip_gradients(self, gradients: List[Tensor], limit: float) -> Tensor:
    return __torch__.Training().clip(gradients, limit)

  def adamw(self, variables: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, decay: float, eps: float) -> int:
    _0 = torch._fused_adamw_(variables, gradients, means, squares, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    return torch.len(variables)

  def branch_mask(self, owners: Tensor) -> Tensor:
    # owners [B, T]: 0 for the common beginning, i for branch i, -1 for filling -> boolean [B, 1, T, T].
    queries = owners.unsqueeze(2)
    keys = owners.unsqueeze(1)
    mask = torch.logical_or(torch.eq(keys, 0), torch.eq(keys, queries)).tril()
    return mask.unsqueeze(1)

  def branch_bias(self, bias: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
    # Biases by distance [1, heads, P, P] for the places of each row [B, T] -> [B, heads, T, T], the lowest number behind the mask.
    rows = annotate(List[Tensor], [])
    for i in range(positions.size(0)):
      places = positions.select(0, i)
      _0 = torch.append(rows, bias.squeeze(0).index_select(1, places).index_select(2, places))
    return torch.stack(rows, 0).masked_fill(torch.logical_not(mask), -3.4028234663852886e+38)
