class Training:
  # Gradients and what is done with them. Lists go by parameter; those that end in an underscore in ATen change in place.
  def __init__(self) -> NoneType:
    return None

  def gradients(self, loss: Tensor, variables: List[Tensor]) -> List[Tensor]:
    found = torch.autograd.grad([loss], variables, None, None, False, True)
    gradients = annotate(List[Tensor], [])
    for i in range(torch.len(variables)):
      gradient = found[i]
      if gradient is None:
        _0 = torch.append(gradients, torch.zeros_like(variables[i]))
      else:
        _1 = torch.append(gradients, unchecked_cast(Tensor, gradient))
    return gradients

  def clip(self, gradients: List[Tensor], limit: float) -> Tensor:
    # Scales all gradients so that their common norm is at most the limit; returns the norm before.
    squares = annotate(List[Tensor], [])
    for i in range(torch.len(gradients)):
      _0 = torch.append(squares, torch.square(torch.norm(gradients[i], 2)))
    norm = torch.sqrt(torch.sum(torch.stack(squares, 0)))
    if limit > 0.:
      factor = torch.clamp_max(limit / (norm + 9.9999999999999995e-07), 1.)
      for j in range(torch.len(gradients)):
        _1 = gradients[j].mul_(factor)
    return norm
