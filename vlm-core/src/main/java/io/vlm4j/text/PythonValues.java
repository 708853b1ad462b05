package io.vlm4j.text;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.Importable;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/**
 * Properties and methods of the values in a chat template, as Python has them. Nothing else is
 * reachable: a template cannot call Java.
 */
final class PythonValues extends ELResolver {
  private static final String ENGINE = "com.hubspot.jinjava.";

  private static final Pattern INDEX = Pattern.compile("-?\\d{1,8}");

  private final ELResolver engine = JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY;

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    if (isOpen(base)) {
      return engine.getValue(context, base, property);
    }
    context.setPropertyResolved(true);
    return base instanceof CharSequence text && INDEX.matcher(String.valueOf(property)).matches()
        ? character(text, Integer.parseInt(String.valueOf(property)))
        : null; // Jinja's undefined
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    String name = String.valueOf(method);
    context.setPropertyResolved(true);
    if (base instanceof Map<?, ?> map && PythonMethods.OF_DICT.containsKey(name)) {
      return PythonMethods.OF_DICT
          .get(name)
          .apply(map, new PythonArguments(name, Arrays.asList(arguments)));
    }
    if (base instanceof CharSequence text && PythonMethods.OF_STR.containsKey(name)) {
      return PythonMethods.OF_STR
          .get(name)
          .apply(text.toString(), new PythonArguments(name, Arrays.asList(arguments)));
    }
    if (base != null && isEngineObject(base)) {
      context.setPropertyResolved(false);
      return engine.invoke(context, base, method, types, arguments);
    }
    throw new ELException("a template's value has no method " + name + "()");
  }

  /** Counted from the end if negative. */
  private static String character(CharSequence text, int index) {
    int position = index < 0 ? index + text.length() : index;
    return position < 0 || position >= text.length() ? null : String.valueOf(text.charAt(position));
  }

  private static boolean isOpen(Object base) {
    return base == null
        || base instanceof Map
        || base instanceof List
        || base.getClass().isArray()
        || isEngineObject(base);
  }

  /** The engine's own objects, such as {@code loop}, namespaces, filters and tests. */
  private static boolean isEngineObject(Object base) {
    return base instanceof Importable || base.getClass().getName().startsWith(ENGINE);
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    engine.setValue(context, base, property, value);
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return engine.isReadOnly(context, base, property);
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return engine.getType(context, base, property);
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return engine.getCommonPropertyType(context, base);
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return engine.getFeatureDescriptors(context, base);
  }
}
