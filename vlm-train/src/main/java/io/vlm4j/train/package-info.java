/**
 * Training in LLaVA's two stages: a connector between a frozen vision encoder and a frozen language
 * model on captions; then connector and language model, or an adapter of it, on conversations.
 *
 * <pre>
 * TrainingTask             what learns, from what    CaptionTask, InstructionTask
 *   ImageSource -> CachedFeatures                    each image encoded once
 *   CaptionFile -> Schedule -> CaptionBatch          a row an image: prompt, then its captions as branches
 *   LlavaExample -> ConversationReader -> InstructionSchedule -> InstructionBatch
 * Trainee                  -> Prediction             connector and language model, as in inference
 *   LanguageSide                                     FrozenLanguage; RemadeLanguage: Adapted-, TunedLanguage
 * Trainer                  -> Pass, AdamW            a step
 *   TrainingFolder, Checkpoint                       the model, and all that a later run needs
 * </pre>
 *
 * <p>Paper: <a href="https://arxiv.org/abs/2304.08485">LLaVA</a>, section 4.2.
 */
package io.vlm4j.train;
